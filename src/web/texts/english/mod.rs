//! English.

mod refusals;

use super::{Common, Consent, FormPost, Guide, Logout, PhoneDone, Refused, SelectAccount, SignIn, Texts, around};

/// The texts in English.
pub(super) const TEXTS: Texts = Texts {
    common: Common {
        back_to: around("Back to ", ""),
        back: "Back to the application",
        cancel_to: around("Cancel and go back to ", ""),
        other_way: "Sign in another way",
        signed_in_as: around("Signed in as ", ""),
    },
    sign_in: SignIn {
        title: around("Sign in to ", ""),
        lead: "Confirm it’s you with WeCom. No password needed.",
        prove_again_title: "Please confirm it’s still you",
        prove_again_lead: around("", " wants to be sure who you are. Sign in with WeCom once more."),
        other_account_title: "Use another account",
        other_account_lead: around("Choose the WeCom account you want to use for ", "."),
        button: "Continue with WeCom",
        hint: "On a computer, scan a QR code or confirm with one click in WeCom for desktop.",
    },
    guide: Guide {
        title: "One more step: your phone number",
        hello: around("Hello ", "! "),
        why: around(
            "",
            " needs the phone number from your WeCom profile. To protect your privacy, only you can share it, inside WeCom, and only once.",
        ),
        scan: "Open WeCom on your phone and scan the QR code.",
        agree: "Tick your phone number and agree.",
        come_back: "Come back here. This page continues by itself.",
        code_label: "QR code to scan with WeCom",
        link_hint: "Can’t scan? Copy this link and open it from a chat in WeCom:",
        place: around("Check the address bar of your browser: it must show ", ". "),
        not_you: "If you are not signing in right now, don’t scan the code. Just close this page.",
        minutes: around("This code works for ", " minutes"),
        waiting: "Waiting for you to agree in WeCom…",
        go_on: "I’ve agreed, continue",
        not_yet: "We haven’t heard from WeCom yet. Please agree there first, then continue.",
    },
    phone_done: PhoneDone {
        title: "Done. Back to your computer!",
        released: around("", " may now use your phone number:"),
        lead: "The page on your computer continues by itself. You can close this one.",
    },
    form_post: FormPost { title: "Taking you back to the application…", button: "Continue" },
    select_account: SelectAccount {
        title: "Choose an account",
        lead: around("You are about to sign in to ", "."),
        go_on: around("Continue as ", ""),
        other: "Use another account",
    },
    consent: Consent {
        title: around("", " would like to use your information"),
        lead: around("If you agree, ", " can:"),
        openid: "Know that it’s you signing in",
        profile: "See your name and basic profile",
        email: "See your email address",
        phone: "See your phone number",
        offline_access: "Keep you signed in and keep this up to date while you’re away",
        groups: "See your departments and tags",
        service: around("Use ", " on your behalf"),
        kept: "If you allow this, we’ll remember it and ask again only if more is needed.",
        allow: "Allow",
        deny: "Don’t allow",
    },
    logout: Logout {
        title: "Sign out?",
        asked_by: around("", " asks to sign you out. "),
        lead: "Other applications you entered with WeCom may ask you to sign in again.",
        confirm: "Sign out",
        cancel: "Stay signed in",
        done_title: "You’re signed out",
        done_lead: "You can close this page now. On a shared computer, close all browser windows.",
    },
    refused: Refused {
        to_do: "What you can do",
        ask: "Who can help",
        again: "Sign in again",
        code_label: "QR code to scan with WeCom",
        details: "Mention this when you ask for help",
        application: "Application",
        code: "Error code",
        request_id: "Request ID",
        detail: "Technical detail",
    },
    refusals: refusals::REFUSALS,
    oauth: refusals::OAUTH,
};
