//! Every text of the pages: one struct with a field per text, one `const` of it per language, so
//! that a missing translation does not compile.
//!
//! Members read these words: short, warm, saying what to do next, without words of the trade.
//! Where WeCom names a place in its menus, the text uses WeCom's name. A further language is a
//! variant of `Language` and a folder here.

mod account;
mod chinese;
mod english;
mod refusals;

pub use account::{Account, Moment};
pub use refusals::{Explained, Oauth, Refusals};

use crate::domain::language::Language;
use crate::domain::scope::{Scope, Scopes};

/// A sentence around one value.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// What stands before the value.
    pub before: &'static str,
    /// What stands after it.
    pub after: &'static str,
}

impl Around {
    /// The whole sentence as plain text.
    pub fn with(&self, value: &str) -> String {
        [self.before, value, self.after].concat()
    }
}

const fn around(before: &'static str, after: &'static str) -> Around {
    Around { before, after }
}

/// All texts of one language.
#[derive(Debug)]
pub struct Texts {
    /// Used on several pages.
    pub common: Common,
    /// The sign-in page.
    pub sign_in: SignIn,
    /// The first-login guide.
    pub guide: Guide,
    /// The card that brings its link into WeCom.
    pub card: Card,
    /// The page inside WeCom after the consent.
    pub phone_done: PhoneDone,
    /// The form that submits itself.
    pub form_post: FormPost,
    /// The choice of the account.
    pub select_account: SelectAccount,
    /// The consent page.
    pub consent: Consent,
    /// The sign-out pages.
    pub logout: Logout,
    /// The member's own page.
    pub account: Account,
    /// Around every refusal.
    pub refused: Refused,
    /// One explanation for each refusal.
    pub refusals: Refusals,
    /// One explanation for each OAuth error that reaches a page.
    pub oauth: Oauth,
}

impl Texts {
    /// The texts of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &chinese::TEXTS,
            Language::English => &english::TEXTS,
        }
    }
}

/// Used on several pages.
#[derive(Debug)]
pub struct Common {
    /// Back to a named application.
    pub back_to: Around,
    /// Back to an application whose name is not known.
    pub back: &'static str,
    /// Leaves a sign-in for a named application.
    pub cancel_to: Around,
    /// Leads to the other way of signing in.
    pub other_way: &'static str,
    /// Who is signed in.
    pub signed_in_as: Around,
    /// Between two parts of a sentence.
    pub comma: &'static str,
}

/// The sign-in page.
#[derive(Debug)]
pub struct SignIn {
    /// Title, around the application.
    pub title: Around,
    /// Below the title.
    pub lead: &'static str,
    /// Title when proof is wanted again.
    pub prove_again_title: &'static str,
    /// Below it, around the application.
    pub prove_again_lead: Around,
    /// Title when another account is wanted.
    pub other_account_title: &'static str,
    /// Below it, around the application.
    pub other_account_lead: Around,
    /// Title when one has just signed out.
    pub signed_out_title: &'static str,
    /// Below it, around the application.
    pub signed_out_lead: Around,
    /// The button.
    pub button: &'static str,
    /// Below the button.
    pub hint: &'static str,
}

/// The first-login guide.
#[derive(Debug)]
pub struct Guide {
    /// Title.
    pub title: &'static str,
    /// Greets the member.
    pub hello: Around,
    /// Why the page is shown, around the application.
    pub why: Around,
    /// The first step.
    pub scan: &'static str,
    /// The second.
    pub agree: &'static str,
    /// The third.
    pub come_back: &'static str,
    /// What a scanner may say of the QR code.
    pub code_label: &'static str,
    /// For those who cannot scan.
    pub link_hint: &'static str,
    /// Warns of codes on foreign pages, around the host.
    pub place: Around,
    /// What to do when one did not begin this.
    pub not_you: &'static str,
    /// How long the code is good, around the minutes.
    pub minutes: Around,
    /// What the page is doing.
    pub waiting: &'static str,
    /// The link that goes on.
    pub go_on: &'static str,
    /// When it was followed too early.
    pub not_yet: &'static str,
    /// When WeCom was asked to send a card as well.
    pub card_asked: &'static str,
}

/// The card that brings the guide's link into WeCom.
#[derive(Debug)]
pub struct Card {
    /// Title, around the application.
    pub title: Around,
    /// What happens, around the application.
    pub waits: Around,
    /// What the computer's address bar shows, around the host.
    pub place: Around,
    /// What to do.
    pub to_do: &'static str,
    /// The button: at most four characters.
    pub button: &'static str,
}

/// The page inside WeCom after the consent.
#[derive(Debug)]
pub struct PhoneDone {
    /// Title.
    pub title: &'static str,
    /// What was released, around the application.
    pub released: Around,
    /// What to do now.
    pub lead: &'static str,
}

/// The form that submits itself.
#[derive(Debug)]
pub struct FormPost {
    /// Title.
    pub title: &'static str,
    /// The button for browsers without scripts.
    pub button: &'static str,
}

/// The choice of the account.
#[derive(Debug)]
pub struct SelectAccount {
    /// Title.
    pub title: &'static str,
    /// Below the title, around the application.
    pub lead: Around,
    /// Goes on, around the member.
    pub go_on: Around,
    /// Signs in as another.
    pub other: &'static str,
}

/// The consent page.
#[derive(Debug)]
pub struct Consent {
    /// Title, around the application.
    pub title: Around,
    /// Above the list, around the application.
    pub lead: Around,
    /// `openid`.
    pub openid: &'static str,
    /// `profile`.
    pub profile: &'static str,
    /// `email`.
    pub email: &'static str,
    /// `phone`.
    pub phone: &'static str,
    /// `offline_access`.
    pub offline_access: &'static str,
    /// `groups`.
    pub groups: &'static str,
    /// A service, around its address.
    pub service: Around,
    /// Below the list, where the answer is kept.
    pub kept: &'static str,
    /// Says yes.
    pub allow: &'static str,
    /// Says no.
    pub deny: &'static str,
}

/// First who, then what, then how long.
const ORDER: [Scope; 6] =
    [Scope::OpenId, Scope::Profile, Scope::Email, Scope::Phone, Scope::Groups, Scope::OfflineAccess];

impl Consent {
    /// What these scope values mean to a person.
    pub fn items(&self, scopes: Scopes) -> Vec<&'static str> {
        ORDER.into_iter().filter(|scope| scopes.has(*scope)).map(|scope| self.item(scope)).collect()
    }

    /// What a scope value means to a person.
    pub const fn item(&self, scope: Scope) -> &'static str {
        match scope {
            Scope::OpenId => self.openid,
            Scope::Profile => self.profile,
            Scope::Email => self.email,
            Scope::Phone => self.phone,
            Scope::OfflineAccess => self.offline_access,
            Scope::Groups => self.groups,
        }
    }
}

/// The sign-out pages.
#[derive(Debug)]
pub struct Logout {
    /// Title of the question.
    pub title: &'static str,
    /// Who asks, around the application.
    pub asked_by: Around,
    /// What a sign-out does.
    pub lead: &'static str,
    /// Says yes.
    pub confirm: &'static str,
    /// Says no.
    pub cancel: &'static str,
    /// Title after the sign-out.
    pub done_title: &'static str,
    /// Below it.
    pub done_lead: &'static str,
    /// Below it, while applications are told and there is nowhere to go on to.
    pub telling: &'static str,
    /// Below it, when the browser goes on by itself.
    pub going_on: &'static str,
    /// Goes on to a named application.
    pub go_on_to: Around,
    /// Goes on to an application whose name is not known.
    pub go_on: &'static str,
}

/// Around every refusal.
#[derive(Debug)]
pub struct Refused {
    /// Heads the advice.
    pub to_do: &'static str,
    /// Heads whom to ask.
    pub ask: &'static str,
    /// Begins the sign-in again.
    pub again: &'static str,
    /// What a scanner may say of the QR code.
    pub code_label: &'static str,
    /// Heads what the administrator needs.
    pub details: &'static str,
    /// The application.
    pub application: &'static str,
    /// The code.
    pub code: &'static str,
    /// The request id.
    pub request_id: &'static str,
    /// What the developer is told.
    pub detail: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scope_value_is_released_unsaid() {
        assert!(Scope::ALL.iter().all(|scope| ORDER.contains(scope)));
    }
}
