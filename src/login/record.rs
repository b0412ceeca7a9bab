//! The record of a finished transaction: what a second hit of its callback is answered with (law 4).

use serde::{Deserialize, Serialize};

use super::transaction::Held;
use super::{Browser, CookieChange, Login, Next, Outcome, Station, Stop};
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, Sid};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Span, Timestamp};
use crate::keys::SealPurpose;
use crate::oidc::answer::{Answer, ResponseMode};
use crate::oidc::code;
use crate::store::records::{LoginRecord, SessionRecord};

use super::errand::Errand;

/// How long a second hit is answered.
const ANSWERED: Span = Span::minutes(2);

/// The content, sealed under the transaction's first cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    /// The WeCom code it came from.
    pub wecom_code: Digest,
    /// Until when it answers.
    pub until: Timestamp,
    /// The value of the session cookie, where a session began.
    pub session: Option<String>,
    /// The public name of that session, by which its successor is known.
    pub sid: Option<Sid>,
    /// What came of it.
    pub end: End,
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// With a code for the relying party.
    Code {
        /// The answer that carries it.
        answer: Answer,
        /// Its digest.
        code: Digest,
    },
    /// With an error for the relying party.
    Error(Answer),
    /// At a station of the transaction.
    Station(KeptStation),
    /// At a client's address.
    Address(String),
    /// On the phone's last page.
    Done(Done),
}

/// What the phone's last page tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The application that waits at the computer.
    pub client: ClientId,
    /// The number, masked.
    pub masked_phone: String,
}

/// The stations a callback can end at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptStation {
    /// The guide.
    Guide,
    /// Our consent page.
    Consent,
}

impl Login {
    /// Seals a finish for the store. The record stays as long as the transaction may live, so that
    /// no second exchange can succeed with it; it answers for two minutes.
    pub(super) fn finish(&self, held: &Held, finish: &Finish) -> Result<LoginRecord, Stop> {
        let plain = postcard::to_stdvec(finish).map_err(|_| Stop::StartAgain)?;
        let sealed = self.provider.keys.sealer().seal(
            SealPurpose::LoginRecord,
            held.binding.as_bytes(),
            held.id.as_str().as_bytes(),
            &plain,
            &*self.provider.entropy,
        );
        let life = held.transaction.expires.max(self.provider.now() + ANSWERED);
        Ok(LoginRecord { sealed, expires: life })
    }

    /// When a finish stops answering.
    pub(super) fn answers_until(&self) -> Timestamp {
        self.provider.now() + ANSWERED
    }

    /// Opens the record of this browser's transaction.
    pub(super) fn read_finish(&self, held: &Held, record: &LoginRecord) -> Result<Finish, Stop> {
        let sealer = self.provider.keys.sealer();
        let opened =
            sealer.open(SealPurpose::LoginRecord, held.binding.as_bytes(), held.id.as_str().as_bytes(), &record.sealed);
        postcard::from_bytes(&opened.map_err(|_| Stop::StartAgain)?).map_err(|_| Stop::StartAgain)
    }

    /// Answers a second hit: the very same redirect and cookie while the code is unredeemed,
    /// afterwards a fresh code of the same session. Another WeCom code starts again.
    pub(super) async fn replay(
        &self,
        held: &Held,
        record: &LoginRecord,
        wecom_code: Digest,
        browser: &Browser,
    ) -> Result<Outcome, Stop> {
        let mut finish = self.read_finish(held, record)?;
        if finish.wecom_code != wecom_code || self.provider.now() >= finish.until {
            return Ok(self.refusal(Refusal::StartAgain, held));
        }
        if let Errand::Authorize(request) = &held.transaction.errand {
            self.client_of(request)?;
        }
        // Another tab of this browser has signed the same member in since: its session stays.
        let successor = self.successor(&finish, browser).await?;
        if successor.is_some() {
            finish.session = None;
        }
        if let End::Code { code, .. } = &finish.end {
            let unredeemed =
                self.provider.store.code(*code, self.provider.now()).await?.is_some_and(|c| c.redeemed.is_none());
            if !unredeemed {
                finish.end = self.fresh_code(held, &finish, successor).await?;
                let amended = self.finish(held, &finish)?;
                self.provider.store.amend_login(held.digest(), &amended, self.provider.now()).await?;
            }
        }
        Ok(self.outcome_of(held, &finish))
    }

    async fn fresh_code(
        &self,
        held: &Held,
        finish: &Finish,
        successor: Option<(Digest, SessionRecord)>,
    ) -> Result<End, Stop> {
        let Errand::Authorize(request) = &held.transaction.errand else { return Err(Stop::StartAgain) };
        let session = match successor {
            Some(session) => session,
            None => self.session_of(finish.session.as_deref()).await?.ok_or(Stop::StartAgain)?,
        };
        let client = self.client_of(request)?;
        let code = code::mint(&self.provider, client, request, &session).await?;
        self.provider.store.put_code(code.digest, &code.record).await?;
        Ok(End::Code { answer: request.to.code(self.provider.issuer(), &code.text), code: code.digest })
    }

    /// The session that took the place of the one this transaction began: of the same browser, with the
    /// same `sid`, so of the same member.
    async fn successor(&self, finish: &Finish, browser: &Browser) -> Result<Option<(Digest, SessionRecord)>, Stop> {
        if finish.session.is_none() || self.session_of(finish.session.as_deref()).await?.is_some() {
            return Ok(None);
        }
        Ok(browser.session.clone().filter(|(_, session)| Some(&session.sid) == finish.sid.as_ref()))
    }

    async fn session_of(&self, token: Option<&str>) -> Result<Option<(Digest, SessionRecord)>, Stop> {
        let Some(token) = token else { return Ok(None) };
        Ok(self.session(token).await?)
    }

    /// The browser's answer for a finish.
    pub(super) fn outcome_of(&self, held: &Held, finish: &Finish) -> Outcome {
        let next = match &finish.end {
            End::Code { answer, .. } | End::Error(answer) => deliver(held, answer.clone()),
            End::Station(kept) => Next::Station(
                held.id.clone(),
                match kept {
                    KeptStation::Guide => Station::Guide,
                    KeptStation::Consent => Station::Consent,
                },
            ),
            End::Done(_) => Next::Station(held.id.clone(), Station::Done),
            End::Address(address) => Next::Address(address.clone()),
        };
        let seconds = self.provider.config.lifetimes.session_max.0;
        let cookies = finish.session.iter().map(|token| CookieChange::Session(token.clone(), seconds)).collect();
        Outcome { next, cookies }
    }

    /// The answer that the station "answer" posts.
    pub async fn kept_answer(&self, held: &Held) -> Result<Answer, Stop> {
        if let Errand::Authorize(request) = &held.transaction.errand {
            self.client_of(request)?;
        }
        match self.kept_end(held).await? {
            End::Code { answer, .. } | End::Error(answer) => Ok(answer),
            _ => Err(Stop::StartAgain),
        }
    }

    /// What the phone's last page tells.
    pub async fn kept_done(&self, held: &Held) -> Result<Done, Stop> {
        match self.kept_end(held).await? {
            End::Done(done) => Ok(done),
            _ => Err(Stop::StartAgain),
        }
    }

    async fn kept_end(&self, held: &Held) -> Result<End, Stop> {
        let now = self.provider.now();
        let record = self.provider.store.finished_login(held.digest(), now).await?.ok_or(Stop::StartAgain)?;
        let finish = self.read_finish(held, &record)?;
        if now < finish.until { Ok(finish.end) } else { Err(Stop::StartAgain) }
    }
}

/// Form posts are shown at an address of their own, because the callback's holds WeCom's code.
fn deliver(held: &Held, answer: Answer) -> Next {
    match answer.mode {
        ResponseMode::FormPost => Next::Station(held.id.clone(), Station::Answer),
        _ => Next::Answer(answer),
    }
}
