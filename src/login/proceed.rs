//! One step of a sign-in: what was decided becomes a redirect, a page or an answer.

use super::errand::{Errand, OpenRequest};
use super::transaction::{Held, surplus};
use super::way::Surroundings;
use super::{Browser, CookieChange, Login, Next, Outcome, Refused, Station, Stop};
use crate::config::Client;
use crate::directory::Turned;
use crate::directory::ahead::Ask;
use crate::domain::client::PhonePolicy;
use crate::domain::digest::Digest;
use crate::domain::ids::ConnectionName;
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::domain::scope::Scopes;
use crate::oidc::authorize::AuthorizationRequest;
use crate::oidc::code;
use crate::oidc::consent;
use crate::oidc::decide::{Decision, Reason, decide, shows_page};
use crate::oidc::error::{ErrorCode, OauthError};
use crate::store::records::SessionRecord;

/// Whether the browser already holds a transaction's cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It does not.
    New,
    /// It does.
    Old,
}

/// Inside the WeCom client a sign-in is silent. After a sign-out there it waits for a click: an application that sends
/// whoever is signed out straight back would make the sign-out undo itself, and so would a look at the page it was done on. `/open` is the member's own click in the
/// workbench or on a link, and elsewhere WeCom's page asks.
pub fn returns_by_itself(errand: &Errand, browser: &Browser) -> bool {
    browser.signed_out
        && matches!(errand, Errand::Authorize(_) | Errand::Account)
        && Surroundings::of(&browser.user_agent) == Surroundings::Wecom
}

/// Whether the number can be read here, and was not in this very transaction.
fn reads_numbers(browser: &Browser, held: Option<&Held>) -> bool {
    Surroundings::of(&browser.user_agent) == Surroundings::Wecom
        && held.is_none_or(|held| held.transaction.sent.is_none())
}

impl Login {
    /// Takes an authorization request one step further. `held` is its transaction, where one has begun.
    pub(super) async fn proceed(
        &self,
        request: &AuthorizationRequest,
        held: Option<Held>,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let client = self.client_of(request)?;
        let progress = held.as_ref().map(Held::progress).unwrap_or_default();
        let session = browser.session.as_ref();
        match decide(&self.provider, client, request, session.map(|(_, s)| s), &progress).await? {
            Decision::Issue => {
                let session = session.ok_or(Stop::StartAgain)?;
                if let Some(held) = held.as_ref().filter(|_| client.phone == PhonePolicy::Required) {
                    self.withdraw_links(held, &session.1.member).await?;
                }
                self.issue(client, request, session).await.map(Outcome::to)
            }
            Decision::Answer(error) => Ok(Outcome::to(Next::Answer(request.to.error(self.provider.issuer(), error)))),
            // Here it can be read anew, and at once.
            Decision::Refuse(Turned { refusal: Refusal::NumberUnproven, .. })
                if reads_numbers(browser, held.as_ref()) =>
            {
                self.to_read_number(held, request, browser, language).await
            }
            Decision::Refuse(turned) => {
                Ok(Outcome::to(self.refused(turned, &Errand::Authorize(Box::new(request.clone())), held.as_ref())))
            }
            Decision::SignIn(reason) => {
                let (held, age) = self.held(held, || Errand::Authorize(Box::new(request.clone())))?;
                self.to_sign_in(held, age, shows_page(client, reason), browser, language).await
            }
            Decision::ChooseAccount => self.to_station(held, request, browser, Station::Account),
            Decision::Consent => self.to_station(held, request, browser, Station::Consent),
            Decision::Phone if Surroundings::of(&browser.user_agent) == Surroundings::Wecom => {
                self.to_read_number(held, request, browser, language).await
            }
            Decision::Phone => self.to_station(held, request, browser, Station::Guide),
        }
    }

    /// To WeCom for the number alone, of whoever is signed in.
    async fn to_read_number(
        &self,
        held: Option<Held>,
        request: &AuthorizationRequest,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let (mut held, age) = self.held(held, || Errand::Authorize(Box::new(request.clone())))?;
        held.transaction.connection = browser.session.as_ref().map(|(_, session)| session.connection.clone());
        self.to_wecom(held, age, browser, false, language).await
    }

    async fn issue(
        &self,
        client: &Client,
        request: &AuthorizationRequest,
        session: &(Digest, SessionRecord),
    ) -> Result<Next, Stop> {
        let code = code::mint(&self.provider, client, request, session).await?;
        self.provider.store.put_code(code.digest, &code.record).await?;
        let told = consent::Release::of(&self.provider, client, request).in_words();
        self.used(session, &client.client_id, told).await?;
        Ok(Next::Answer(request.to.code(self.provider.issuer(), &code.text)))
    }

    /// The transaction that goes on, or a new one; its cookies are made when it is known where it goes.
    pub(super) fn held(&self, held: Option<Held>, errand: impl FnOnce() -> Errand) -> Result<(Held, Age), Stop> {
        if let Some(held) = held {
            return Ok((held, Age::Old));
        }
        let errand = errand();
        let mut choices = self.choices(&errand);
        let only = if choices.len() == 1 { choices.pop() } else { None };
        Ok((self.begin(errand, only)?, Age::New))
    }

    /// The cookies of a transaction: both of a new one, the second of one that changed.
    fn kept(&self, held: &Held, age: Age, browser: &Browser) -> Result<Vec<CookieChange>, Stop> {
        Ok(match age {
            Age::New => self.cookies(held, &browser.pending)?,
            Age::Old => vec![self.reseal(held)?],
        })
    }

    fn to_station(
        &self,
        held: Option<Held>,
        request: &AuthorizationRequest,
        browser: &Browser,
        station: Station,
    ) -> Result<Outcome, Stop> {
        let (held, age) = self.held(held, || Errand::Authorize(Box::new(request.clone())))?;
        let cookies = self.kept(&held, age, browser)?;
        Ok(Outcome { next: Next::Station(held.id, station), cookies })
    }

    /// To our own page where one must be shown (`asks`: in any case), otherwise straight to WeCom.
    pub(super) async fn to_sign_in(
        &self,
        held: Held,
        age: Age,
        asks: bool,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let plain_wechat = Surroundings::of(&browser.user_agent) == Surroundings::Wechat;
        let one_way = held.transaction.connection.is_some();
        if plain_wechat || !one_way || asks || returns_by_itself(&held.transaction.errand, browser) {
            let cookies = self.kept(&held, age, browser)?;
            return Ok(Outcome { next: Next::Station(held.id, Station::SignIn), cookies });
        }
        self.to_wecom(held, age, browser, false, language).await
    }

    /// Sends the browser to WeCom; how it was sent is kept in the transaction.
    pub(super) async fn to_wecom(
        &self,
        mut held: Held,
        age: Age,
        browser: &Browser,
        other: bool,
        language: Language,
    ) -> Result<Outcome, Stop> {
        held.transaction.sent = Some(self.way(&held, browser, other).await?);
        let address = self.address(&held, language)?;
        let cookies = self.kept(&held, age, browser)?;
        Ok(Outcome { next: Next::Wecom(address), cookies })
    }

    /// Leaves the sign-in page for WeCom, by the connection that was chosen there.
    pub async fn leave_for_wecom(
        &self,
        mut held: Held,
        chosen: Option<ConnectionName>,
        browser: &Browser,
        other: bool,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let choices = self.choices(&held.transaction.errand);
        let chosen = chosen.or_else(|| held.transaction.connection.clone()).or_else(|| choices.first().cloned());
        let phone = matches!(held.transaction.errand, Errand::Phone { .. });
        let chosen = chosen.filter(|name| phone || choices.contains(name)).ok_or(Stop::StartAgain)?;
        held.transaction.connection = Some(chosen);
        // Whoever comes by oneself may be asked once more.
        held.transaction.declined = false;
        self.to_wecom(held, Age::Old, browser, other, language).await
    }

    /// Decides anew in a transaction that was just told something: its cookie is made anew, before any that the next
    /// step makes.
    pub(super) async fn resume_changed(
        &self,
        held: Held,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let changed = self.reseal(&held)?;
        let mut outcome = self.resume(held, browser, language).await?;
        outcome.cookies.insert(0, changed);
        Ok(outcome)
    }

    /// Decides anew within a transaction: after the guide, after consent, after a request that came by POST.
    pub async fn resume(&self, held: Held, browser: &Browser, language: Language) -> Result<Outcome, Stop> {
        match held.transaction.errand.clone() {
            Errand::Authorize(request) => {
                // A cross-site POST that began it did not show us the older transactions.
                let older = surplus(&browser.pending, &held.id);
                let mut outcome = self.proceed(&request, Some(held), browser, language).await?;
                outcome.cookies.extend(older.into_iter().map(CookieChange::Drop));
                Ok(outcome)
            }
            Errand::Open(open) => self.proceed_open(&open, Some(held), browser, language).await,
            Errand::Logout(_) => Ok(Outcome::to(Next::Station(held.id, Station::Logout))),
            Errand::Farewell(_) => Ok(Outcome::to(Next::Station(held.id, Station::SignedOut))),
            Errand::Account => self.own_page_for(Some(held), browser, language).await,
            Errand::Phone { .. } => Err(Stop::StartAgain),
        }
    }

    /// Takes the workbench entry one step further.
    pub(super) async fn proceed_open(
        &self,
        open: &OpenRequest,
        held: Option<Held>,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let client = self.provider.config.clients.get(&open.client).ok_or(Stop::StartAgain)?;
        let accepted = |s: &SessionRecord| {
            self.provider.directory.reaches(client, &s.connection, &s.member)
                && open.connection.as_ref().is_none_or(|c| *c == s.connection)
        };
        if let Some(signed_in) = browser.session.as_ref().filter(|(_, s)| accepted(s)) {
            let session = &signed_in.1;
            let admitted =
                self.provider.directory.may_enter(client, &session.connection, &session.member, Ask::Never).await?;
            if admitted.is_ok() {
                // What it gets is for the sign-in that it may begin.
                self.used(signed_in, &client.client_id, Scopes::default()).await?;
            }
            return Ok(Outcome::to(match admitted {
                Ok(()) => Next::Address(self.home(client, open, session).await?),
                Err(turned) => self.refused(turned, &Errand::Open(open.clone()), held.as_ref()),
            }));
        }
        let (held, age) = self.held(held, || Errand::Open(open.clone()))?;
        self.to_sign_in(held, age, shows_page(client, Reason::Nobody), browser, language).await
    }

    /// Where `/open` ends: at the client's `initiate_login_uri` with `iss`, `target_link_uri` and its
    /// own `sub` as `login_hint` (OpenID Connect Core §4), else at its home page. Nobody is named to a client
    /// whose members are to be asked first (threat 25).
    pub(super) async fn home(
        &self,
        client: &Client,
        open: &OpenRequest,
        session: &SessionRecord,
    ) -> Result<String, Stop> {
        let target = match (&client.home_url, &open.to) {
            (Some(home), Some(to)) => Some(home.join(to).map_err(|_| Stop::StartAgain)?),
            (home, _) => home.clone(),
        };
        let Some(initiate) = &client.initiate_login_uri else {
            return target.map(String::from).ok_or(Stop::StartAgain);
        };
        let mut address = initiate.clone();
        let subject = match consent::may_be_named(&self.provider, client, &session.member).await? {
            true => Some(self.provider.directory.subject(client, &session.member).await?),
            false => None,
        };
        {
            let mut query = address.query_pairs_mut();
            query.append_pair("iss", self.provider.issuer());
            if let Some(subject) = &subject {
                query.append_pair("login_hint", subject.as_str());
            }
            if let Some(target) = &target {
                query.append_pair("target_link_uri", target.as_str());
            }
        }
        Ok(address.into())
    }

    /// The page for a refusal, with the way back that the relying party can use.
    pub(super) fn refused(&self, turned: Turned, errand: &Errand, held: Option<&Held>) -> Next {
        let code = match turned.refusal.oauth_error() {
            Some("temporarily_unavailable") => Some(ErrorCode::TemporarilyUnavailable),
            Some("server_error") => Some(ErrorCode::ServerError),
            Some(_) => Some(ErrorCode::AccessDenied),
            None => None,
        };
        let back = match (errand, code) {
            (Errand::Authorize(request), Some(code)) => {
                let error = OauthError::new(code, "the sign-in ended on a page of the provider that says why");
                Some(request.to.error(self.provider.issuer(), error))
            }
            _ => None,
        };
        Next::Refused(Box::new(Refused {
            turned,
            client: errand.client().cloned(),
            back,
            open: None,
            // A phone has no sign-in page of its own: it goes straight to WeCom again.
            again: held.map(|held| match errand {
                Errand::Phone { .. } => (held.id.clone(), "wecom"),
                _ => (held.id.clone(), Station::SignIn.path()),
            }),
        }))
    }

    /// The same by its reason alone.
    pub(super) fn refusal(&self, refusal: Refusal, held: &Held) -> Outcome {
        Outcome::to(self.refused(refusal.into(), &held.transaction.errand, Some(held)))
    }
}
