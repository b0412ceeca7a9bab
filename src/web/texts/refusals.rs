//! What the explanation of a refusal consists of, and which one belongs to which code.

use crate::domain::refusal::Refusal;

/// One refusal, explained to the person it stops.
#[derive(Debug)]
pub struct Explained {
    /// In a few words.
    pub title: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What the person can do alone.
    pub to_do: &'static str,
    /// Who can help, and with what.
    pub ask: &'static str,
}

/// One explanation for each [`Refusal`].
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are the variants of `Refusal`, documented there")]
pub struct Refusals {
    pub not_a_member: Explained,
    pub member_disabled: Explained,
    pub member_not_activated: Explained,
    pub not_visible: Explained,
    pub not_allowed: Explained,
    pub phone_missing: Explained,
    pub phone_refused: Explained,
    pub phone_withheld: Explained,
    pub wrong_member: Explained,
    pub link_expired: Explained,
    pub start_again: Explained,
    pub open_in_wecom: Explained,
    pub denied: Explained,
    pub wecom_unavailable: Explained,
    pub wecom_misconfigured: Explained,
    pub too_many_requests: Explained,
    pub account_missing: Explained,
    pub account_ambiguous: Explained,
    pub account_taken: Explained,
    pub account_protected: Explained,
    pub number_unproven: Explained,
    pub number_shared: Explained,
    pub accounts_unavailable: Explained,
}

impl Refusals {
    /// The explanation of a refusal.
    pub const fn of(&self, refusal: Refusal) -> &Explained {
        match refusal {
            Refusal::NotAMember => &self.not_a_member,
            Refusal::MemberDisabled => &self.member_disabled,
            Refusal::MemberNotActivated => &self.member_not_activated,
            Refusal::NotVisible => &self.not_visible,
            Refusal::NotAllowed => &self.not_allowed,
            Refusal::PhoneMissing => &self.phone_missing,
            Refusal::PhoneRefused => &self.phone_refused,
            Refusal::PhoneWithheld => &self.phone_withheld,
            Refusal::WrongMember => &self.wrong_member,
            Refusal::LinkExpired => &self.link_expired,
            Refusal::StartAgain => &self.start_again,
            Refusal::OpenInWecom => &self.open_in_wecom,
            Refusal::Denied => &self.denied,
            Refusal::WecomUnavailable => &self.wecom_unavailable,
            Refusal::WecomMisconfigured => &self.wecom_misconfigured,
            Refusal::TooManyRequests => &self.too_many_requests,
            Refusal::AccountMissing => &self.account_missing,
            Refusal::AccountAmbiguous => &self.account_ambiguous,
            Refusal::AccountTaken => &self.account_taken,
            Refusal::AccountProtected => &self.account_protected,
            Refusal::NumberUnproven => &self.number_unproven,
            Refusal::NumberShared => &self.number_shared,
            Refusal::AccountsUnavailable => &self.accounts_unavailable,
        }
    }
}

/// One explanation for each OAuth error that reaches a page.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are the registered codes")]
pub struct Oauth {
    pub invalid_request: Explained,
    pub invalid_request_uri: Explained,
    pub invalid_client: Explained,
    pub unauthorized_client: Explained,
    pub access_denied: Explained,
    pub server_error: Explained,
    pub temporarily_unavailable: Explained,
    /// Every other code.
    pub other: Explained,
}

impl Oauth {
    /// The explanation of a code.
    pub fn of(&self, code: &str) -> &Explained {
        match code {
            "invalid_request" => &self.invalid_request,
            "invalid_request_uri" => &self.invalid_request_uri,
            "invalid_client" => &self.invalid_client,
            "unauthorized_client" => &self.unauthorized_client,
            "access_denied" => &self.access_denied,
            "server_error" => &self.server_error,
            "temporarily_unavailable" => &self.temporarily_unavailable,
            _ => &self.other,
        }
    }
}
