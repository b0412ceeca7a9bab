//! One member's way through the bridge: what was begun, what was acknowledged, and what must be there after a kill.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::dice::Dice;
use super::family::{Family, State};
use super::site::Site;
use super::tally::Tally;
use crate::support::{Browser, Page, RelyingParty};

/// Records of sign-ins, codes and graces live some minutes; older ones are no longer asked about.
const RECENT: Duration = Duration::from_mins(4);

/// A second hit of a callback is answered for two minutes.
const ANSWERED: Duration = Duration::from_secs(100);

/// A member, one browser, and what came of it.
pub struct Account {
    pub member: String,
    number: String,
    site: Site,
    rp: RelyingParty,
    way: Way,
    browser: Browser,
    /// The browser as it was before the callback, and the callback.
    before: (Browser, Url),
    session: Session,
    phone: Phone,
    code: Code,
    family: Option<Family>,
    hint: Option<String>,
    began: Instant,
    /// Something was done with it since it was checked.
    pub touched: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Computer,
    /// In the client the number comes with the sign-in.
    InWecom,
    /// On a computer the guide asks for it.
    Guided,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    /// The callback was sent.
    Beginning,
    Living,
    /// The sign-out was sent.
    Ending,
    Ended,
}

enum Phone {
    NotAsked,
    /// This guide page waits, and the number is perhaps on its way.
    Asked(Box<Page>),
    Remembered,
}

#[derive(Clone, Debug)]
enum Code {
    None,
    /// Came with the sign-in, in one durable step.
    Fresh(String),
    /// Was made in a living session: the last moment of these may be lost.
    Fleeting(String),
    /// A redemption was sent.
    Tried(String),
    Redeemed(String),
    /// Was redeemed and came again.
    Dead(String),
}

impl Account {
    /// A new member on the way back from WeCom; nothing is stored yet.
    pub async fn sets_out(site: &Site, member: String, number: String, way: Way) -> reqwest::Result<Self> {
        site.hires(&member, &number);
        let (rp, browser, scope) = match way {
            Way::Computer => (&site.app, site.computer(&member), "openid offline_access"),
            Way::InWecom => (&site.phone, site.in_wecom(&member), "openid phone offline_access"),
            Way::Guided => (&site.phone, site.computer(&member), "openid phone offline_access"),
        };
        let asked = rp.request().scope(scope).url();
        let callback = browser.try_walk_to(&asked, |url| url.path().ends_with("/callback")).await?;
        Ok(Self {
            before: (browser.twin(), callback),
            rp: rp.clone(),
            site: site.clone(),
            session: Session::Beginning,
            phone: Phone::NotAsked,
            code: Code::None,
            family: None,
            hint: None,
            began: Instant::now(),
            touched: true,
            member,
            number,
            way,
            browser,
        })
    }

    /// The callback, and the guide where there is one.
    pub async fn arrives(&mut self, tally: &Tally) -> reqwest::Result<()> {
        tally.begun("login");
        let journey = self.browser.try_walk(&self.before.1).await?;
        self.session = Session::Living;
        tally.acknowledged("login");
        match self.way {
            Way::Computer => self.code = Code::Fresh(journey.answer().code()),
            Way::InWecom => {
                self.code = Code::Fresh(journey.answer().code());
                self.phone = Phone::Remembered;
                tally.begun("phone");
                tally.acknowledged("phone");
            }
            Way::Guided => {
                let page = journey.page();
                let link = page.link("phone-link");
                tally.begun("phone");
                self.phone = Phone::Asked(Box::new(page.clone()));
                let done = self.site.in_wecom(&self.member).try_walk(&link).await?.page();
                assert!(done.status == 200 && done.url.path().ends_with("/done"), "{}", done.text());
                self.phone = Phone::Remembered;
                tally.acknowledged("phone");
                let code = self.browser.try_walk(&page.link("continue")).await?.answer().code();
                self.code = Code::Fleeting(code);
            }
        }
        Ok(())
    }

    /// Something more with it.
    pub async fn step(&mut self, dice: &mut Dice, tally: &Tally) -> reqwest::Result<()> {
        self.touched = true;
        let living = self.session == Session::Living;
        match (dice.below(9), &self.code, &mut self.family) {
            (0, Code::Redeemed(code), _) => {
                let code = code.clone();
                self.redeems_again(&code, tally).await
            }
            (1, ..) if living && self.hint.is_some() => self.signs_out(tally).await,
            (2, ..) if living => self.returns(tally).await,
            (_, Code::Fresh(code) | Code::Fleeting(code), _) if living => {
                let code = code.clone();
                self.redeems(code, tally).await
            }
            (_, _, Some(family)) if family.lives() => family.step(&self.rp, dice, tally).await,
            _ => Ok(()),
        }
    }

    async fn redeems(&mut self, code: String, tally: &Tally) -> reqwest::Result<()> {
        tally.begun("redeem");
        self.code = Code::Tried(code.clone());
        let answer = self.rp.try_redeem(&code).await?.good();
        self.family = Some(Family::begun(&answer));
        self.hint = Some(answer.id_token().to_owned());
        self.code = Code::Redeemed(code);
        tally.acknowledged("redeem");
        Ok(())
    }

    /// A used code ends what came of it.
    async fn redeems_again(&mut self, code: &str, tally: &Tally) -> reqwest::Result<()> {
        tally.begun("redeem again");
        let family = self.family.as_mut().expect("what came of it");
        if family.state != State::Ended {
            family.state = State::Ending;
        }
        self.rp.try_redeem(code).await?.assert_refused(400, "invalid_grant");
        family.state = State::Ended;
        self.code = Code::Dead(code.to_owned());
        tally.acknowledged("redeem again");
        Ok(())
    }

    async fn signs_out(&mut self, tally: &Tally) -> reqwest::Result<()> {
        let Some(hint) = &self.hint else { return Ok(()) };
        tally.begun("sign-out");
        self.session = Session::Ending;
        let to = self.browser.try_walk(&Site::logout(&self.rp, hint)).await?.left();
        assert!(to.path() == "/bye", "{to}");
        self.session = Session::Ended;
        tally.acknowledged("sign-out");
        Ok(())
    }

    /// SSO.
    async fn returns(&mut self, tally: &Tally) -> reqwest::Result<()> {
        tally.begun("sso");
        self.browser.try_walk(&self.rp.request().set("prompt", "none").url()).await?.answer().code();
        tally.acknowledged("sso");
        Ok(())
    }

    /// After a reopening.
    pub async fn check(&mut self, dice: &mut Dice, tally: &Tally) {
        self.touched = false;
        let recent = self.began.elapsed() < RECENT;
        if self.session == Session::Beginning && (!recent || !self.callback_again(tally).await) {
            return;
        }
        if self.began.elapsed() < ANSWERED {
            self.check_callback(tally).await;
        }
        self.check_session(tally).await;
        self.check_phone(dice, tally).await;
        if recent {
            self.check_code(tally).await;
            if let Some(family) = &mut self.family {
                family.check(&self.rp, dice, tally).await;
            }
        }
    }

    /// A callback without an answer: the sign-in is whole, or it never was and the member is told to begin anew.
    async fn callback_again(&mut self, tally: &Tally) -> bool {
        let (before, callback) = &self.before;
        let again = before.twin();
        match again.walk(callback).await.end() {
            Err(left) => self.code = Code::Fresh(crate::support::Answer::of(&left).code()),
            Ok(page) if self.way == Way::Guided && page.has("phone-link") => self.phone = Phone::Asked(Box::new(page)),
            Ok(page) => {
                assert!((400..500).contains(&page.status), "{}: {} {}", self.member, page.status, page.text());
                return false;
            }
        }
        self.browser = again;
        self.session = Session::Living;
        if self.way == Way::InWecom {
            self.phone = Phone::Remembered;
        }
        tally.checked("login");
        true
    }

    /// Law 4: the second hit of a callback is answered as the first was.
    async fn check_callback(&mut self, tally: &Tally) {
        let (Session::Living, Code::Fresh(code)) = (self.session, &self.code) else { return };
        let (before, callback) = &self.before;
        let again = match before.twin().walk(callback).await.end() {
            Err(left) => crate::support::Answer::of(&left).code(),
            Ok(page) => {
                let session = self.rp.silently(&self.browser).await;
                panic!(
                    "{} {:?} {:?}: {} {}; the session: {session:?}",
                    self.member,
                    self.way,
                    self.began.elapsed(),
                    page.url,
                    page.text()
                );
            }
        };
        assert_eq!(&again, code, "{}: another code for the same callback", self.member);
        tally.checked("callback");
    }

    async fn check_session(&mut self, tally: &Tally) {
        let answer = self.rp.silently(&self.browser).await;
        let living = answer.get("code").is_some();
        if !living {
            // Without the number there is something left to do.
            let expected =
                if matches!(self.phone, Phone::Asked(_)) { "interaction_required" } else { "login_required" };
            assert_eq!(answer.error(), expected, "{}", self.member);
        }
        match self.session {
            Session::Living if !matches!(self.phone, Phone::Asked(_)) => {
                assert!(living, "{}: the session is lost", self.member);
                tally.checked("login");
            }
            // Without the number the application gets no code.
            Session::Beginning | Session::Living => {}
            Session::Ending => self.session = if living { Session::Living } else { Session::Ended },
            Session::Ended => {
                assert!(!living, "{}: signed out, and in again", self.member);
                tally.checked("sign-out");
            }
        }
    }

    /// A remembered number is released in any browser of the member; one on its way is there or can be given anew.
    async fn check_phone(&mut self, dice: &mut Dice, tally: &Tally) {
        if let Phone::Asked(page) = &self.phone {
            let page = page.clone();
            self.check_guide(&page, tally).await;
        } else if matches!(self.phone, Phone::Remembered) && dice.once_in(3) {
            let claims = self.site.phone.claims(&self.site.computer(&self.member), "openid phone").await;
            assert_eq!(claims["phone_number"], format!("+86{}", self.number), "{}", self.member);
            tally.checked("phone");
        }
    }

    async fn check_guide(&mut self, page: &Page, tally: &Tally) {
        let mut end = self.browser.walk(&page.link("continue")).await.end();
        if let Ok(page) = end {
            let done = self.site.in_wecom(&self.member).walk(&page.link("phone-link")).await.page();
            assert_eq!(done.status, 200, "{}: {}", self.member, done.text());
            end = self.browser.walk(&page.link("continue")).await.end();
        }
        let left = end.expect_err("the computer goes on");
        self.code = Code::Fleeting(crate::support::Answer::of(&left).code());
        self.phone = Phone::Remembered;
        tally.checked("phone");
    }

    async fn check_code(&mut self, tally: &Tally) {
        match self.code.clone() {
            Code::Fresh(code) if self.session == Session::Ended => {
                self.rp.redeem(&code).await.assert_refused(400, "invalid_grant");
            }
            // Whether its last moment was lost shows when it is redeemed.
            Code::Fleeting(code) if self.session == Session::Living => {
                let answer = self.rp.redeem(&code).await;
                self.code = Code::None;
                if answer.status == 200 {
                    self.family = Some(Family::begun(&answer));
                    self.code = Code::Redeemed(code);
                } else {
                    answer.assert_refused(400, "invalid_grant");
                }
            }
            Code::Tried(code) => self.check_tried(code, tally).await,
            Code::Dead(code) => {
                self.rp.redeem(&code).await.assert_refused(400, "invalid_grant");
                tally.checked("redeem again");
            }
            _ => {}
        }
    }

    /// Redeemed once altogether: now, or then; and whoever tries once more ends what came of it.
    async fn check_tried(&mut self, code: String, tally: &Tally) {
        let answer = self.rp.redeem(&code).await;
        if answer.status == 200 {
            self.family = Some(Family::begun(&answer));
            self.redeems_again(&code, tally).await.expect("an answer");
        } else {
            answer.assert_refused(400, "invalid_grant");
            self.code = Code::Dead(code);
        }
        tally.checked("redeem");
    }
}
