//! The WeCom callback (laws 2, 4, 5 and 7; `wecom-api.md` §1.2, §2.1, §4, §5).
//!
//! Order matters: cookies and `state` first, then one's turn, then the record of a finished
//! transaction, and only then the one exchange with WeCom. When the member is known, everything is
//! stored in one atomic step, whose loser answers from the winner's record.

use std::collections::BTreeMap;
use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::errand::Errand;
use super::record::{Done, End, Finish, KeptStation};
use super::transaction::{Held, Sent};
use super::visit::{PhoneAnswer, Visit};
use super::way::device;
use super::{Browser, CookieChange, Login, Next, Outcome, Stop};
use crate::directory::Turned;
use crate::directory::ahead::Ask;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ClientId, ConnectionName};
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::oidc::code::{self, Code};
use crate::oidc::decide::{Decision, decide};
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::params::Params;
use crate::store::Finished;
use crate::store::records::{LoginOutcome, SessionRecord};
use crate::wecom::{During, Fault, WecomCode};

use super::session::digest as session_digest;

/// What became of a sign-in before it is stored.
struct Ending {
    end: End,
    code: Option<Code>,
    cookies: Vec<CookieChange>,
}

impl Login {
    /// Answers a hit of `/login/ID/callback`.
    pub async fn callback(self: &Arc<Self>, held: Held, params: &Params, browser: &Browser) -> Result<Outcome, Stop> {
        let state = params.get("state").filter(|_| !params.is_doubled("state")).unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(held.transaction.state.as_bytes())) || params.is_doubled("code") {
            return Ok(self.refusal(Refusal::StartAgain, &held));
        }
        let Some(text) = params.get("code") else { return self.denied(held) };
        let Ok(code) = WecomCode::parse(text) else { return Ok(self.refusal(Refusal::StartAgain, &held)) };
        // A code can be exchanged once: what is begun ends also when this browser hangs up, and its
        // next hit finds the record.
        let (login, browser) = (self.clone(), browser.clone());
        let finished = tokio::spawn(async move { login.exchange(held, code, &browser).await });
        finished.await.unwrap_or_else(|_| {
            Err(Stop::Failed(OauthError::new(ErrorCode::ServerError, "the sign-in was interrupted at the provider")))
        })
    }

    /// WeCom's pages say "no" by leaving the code out (§2.2, §13). Whoever refuses the consent page
    /// goes on without it; only a sign-in that needs the number ends on it later.
    fn denied(&self, mut held: Held) -> Result<Outcome, Stop> {
        let asked = held.transaction.sent == Some(Sent::PrivateInfo);
        match &held.transaction.errand {
            Errand::Phone { .. } => Ok(self.refusal(Refusal::PhoneRefused, &held)),
            Errand::Authorize(_) | Errand::Open(_) if asked => {
                held.transaction.declined = true;
                held.transaction.sent = Some(Sent::Base);
                let address = self.address(&held, Language::default())?;
                Ok(Outcome { next: Next::Wecom(address), cookies: vec![self.reseal(&held)?] })
            }
            _ => Ok(self.refusal(Refusal::Denied, &held)),
        }
    }

    async fn exchange(&self, held: Held, code: WecomCode, browser: &Browser) -> Result<Outcome, Stop> {
        let code_digest = Digest::of(Purpose::WecomCode, code.expose());
        let _turn = self.flights.turn(held.digest()).await;
        if let Some(record) = self.provider.store.finished_login(held.digest(), self.provider.now()).await? {
            return self.replay(&held, &record, code_digest, browser).await;
        }
        if let Some(turned) = self.attempts.outcome(held.digest(), code_digest) {
            return Ok(self.turned_away(turned, &held));
        }
        if self.attempts.exhausted(held.digest()) {
            return Ok(self.refusal(Refusal::StartAgain, &held));
        }
        let connection = held.transaction.connection.clone().ok_or(Stop::StartAgain)?;
        match self.visit(&held, &connection, &code).await? {
            Ok(visit) => self.settle(held, code_digest, &connection, visit, browser).await,
            Err(turned) => self.failed(held, code_digest, turned, browser).await,
        }
    }

    /// The member is known: decides, and stores the outcome in one step.
    async fn settle(
        &self,
        mut held: Held,
        wecom_code: Digest,
        connection: &ConnectionName,
        visit: Visit,
        browser: &Browser,
    ) -> Result<Outcome, Stop> {
        let (token, session) = self.new_session(&held, browser, connection, &visit.admitted).ok_or(Stop::StartAgain)?;
        let mut session = (session_digest(&token), session);
        let ending = match self.ending(&mut held, &session, &visit).await? {
            Ok(ending) => ending,
            Err(turned) => {
                self.attempts.failed(held.digest(), wecom_code, &turned, true);
                return Ok(self.turned_away(turned, &held));
            }
        };
        if let Some((client, got)) = self.got(&held.transaction.errand, ending.code.is_some()) {
            session.1.gave(client, got);
        }
        if let PhoneAnswer::Failed(error) = &visit.phone {
            // The sign-in did not need it; the operator should still see it.
            let client = held.transaction.errand.client().map(ClientId::as_str);
            let during = During { connection: Some(connection.as_str()), client, ..During::default() };
            error.warn(&during, "contact details could not be read");
        }
        let signs_in = !matches!(held.transaction.errand, Errand::Phone { .. });
        let finish = Finish {
            wecom_code,
            until: self.answers_until(),
            session: signs_in.then(|| token.clone()),
            sid: signs_in.then(|| session.1.sid.clone()),
            end: ending.end,
        };
        // Another member takes the browser over: the one before is signed out (threat 18).
        let replaced = browser.session.as_ref().map(|(_, s)| &s.member).filter(|_| signs_in);
        let tell = match replaced.filter(|member| **member != visit.admitted.key) {
            Some(member) => self.provider.directory.to_tell(member).await?,
            None => BTreeMap::new(),
        };
        let outcome = LoginOutcome {
            record: self.finish(&held, &finish)?,
            session: signs_in.then_some(session),
            code: ending.code.map(|code| (code.digest, code.record)),
            tell,
            replaces: browser.session.as_ref().map(|(digest, _)| *digest).filter(|_| signs_in),
        };
        match self.provider.store.finish_login(held.digest(), &outcome, self.provider.now()).await? {
            Finished::Now => {
                tracing::info!(
                    event = "login.finished",
                    connection = %connection,
                    client = held.transaction.errand.client().map(tracing::field::display),
                    member = self.provider.directory.pseudonym(&visit.admitted.key),
                    device = device(&browser.user_agent),
                    "a member passed WeCom"
                );
                if !outcome.tell.is_empty() {
                    self.provider.directory.tell_now();
                }
                let mut answer = self.outcome_of(&held, &finish);
                answer.cookies.extend((browser.signed_out && signs_in).then_some(CookieChange::SignedInAgain));
                answer.cookies.extend(ending.cookies);
                Ok(answer)
            }
            Finished::Before(record) => self.replay(&held, &record, wecom_code, browser).await,
        }
    }

    /// What the sign-in comes to for its errand.
    async fn ending(
        &self,
        held: &mut Held,
        signed_in: &(Digest, SessionRecord),
        visit: &Visit,
    ) -> Result<Result<Ending, Turned>, Stop> {
        let at = |station| Ending { end: End::Station(station), code: None, cookies: Vec::new() };
        let session = &signed_in.1;
        match held.transaction.errand.clone() {
            Errand::Phone { .. } => Ok(match (&visit.phone, &visit.ticket) {
                (PhoneAnswer::Read(number), Some(ticket)) => {
                    let done = Done { client: ticket.client.clone(), masked_phone: number.masked() };
                    Ok(Ending { end: End::Done(done), code: None, cookies: Vec::new() })
                }
                (answer, _) => Err(answer.clone().turned(false)),
            }),
            Errand::Logout(_) | Errand::Farewell(_) => Err(Stop::StartAgain),
            Errand::Account => Ok(Ok(Ending { end: End::Address(self.own_page()), code: None, cookies: Vec::new() })),
            Errand::Open(open) => {
                let client = self.provider.config.clients.get(&open.client).ok_or(Stop::StartAgain)?;
                let directory = &self.provider.directory;
                if let Err(turned) =
                    directory.may_enter(client, &session.connection, &session.member, Ask::Once).await?
                {
                    return Ok(Err(turned));
                }
                let address = self.home(client, &open, session).await?;
                Ok(Ok(Ending { end: End::Address(address), code: None, cookies: Vec::new() }))
            }
            Errand::Authorize(request) => {
                let client = self.client_of(&request)?.clone();
                let progress = held.progress();
                let issuer = self.provider.issuer();
                Ok(match decide(&self.provider, &client, &request, Some(session), &progress).await? {
                    Decision::Issue => {
                        let code = code::mint(&self.provider, &client, &request, signed_in).await?;
                        let end = End::Code { answer: request.to.code(issuer, &code.text), code: code.digest };
                        Ok(Ending { end, code: Some(code), cookies: Vec::new() })
                    }
                    Decision::Answer(error) => {
                        let end = End::Error(request.to.error(issuer, error));
                        Ok(Ending { end, code: None, cookies: Vec::new() })
                    }
                    Decision::Refuse(turned) => Err(turned),
                    Decision::Consent => Ok(at(KeptStation::Consent)),
                    Decision::SignIn(_) | Decision::ChooseAccount => Err(Refusal::NotAllowed.into()),
                    Decision::Phone if held.transaction.sent != Some(Sent::Browser) => {
                        Err(visit.phone.clone().turned(held.transaction.declined))
                    }
                    Decision::Phone => {
                        // Reaching the guide gives the transaction its full life again (§5, Times).
                        let cookies = self.renew(held)?;
                        Ok(Ending { end: End::Station(KeptStation::Guide), code: None, cookies })
                    }
                })
            }
        }
    }

    /// The exchange failed. On a shared store the code may have been used by another instance a moment ago.
    async fn failed(&self, held: Held, wecom_code: Digest, turned: Turned, browser: &Browser) -> Result<Outcome, Stop> {
        let used = turned.upstream.as_ref().is_some_and(|error| error.fault == Fault::CodeUsed);
        if used && self.provider.store.is_shared() {
            for _ in 0..15 {
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                if let Some(record) = self.provider.store.finished_login(held.digest(), self.provider.now()).await? {
                    return self.replay(&held, &record, wecom_code, browser).await;
                }
            }
        }
        // A failure that may pass is not held against the same code.
        let is_final = turned.refusal != Refusal::WecomUnavailable;
        self.attempts.failed(held.digest(), wecom_code, &turned, is_final);
        Ok(self.turned_away(turned, &held))
    }

    fn turned_away(&self, turned: Turned, held: &Held) -> Outcome {
        Outcome::to(self.refused(turned, &held.transaction.errand, Some(held)))
    }
}
