//! English: why somebody cannot go on.

use crate::web::texts::{Explained, Oauth, Refusals};

pub(super) const REFUSALS: Refusals = Refusals {
    not_a_member: Explained {
        title: "You’re not a member of this company",
        happened: "WeCom knows you, but your account is not in this company’s Contacts. You may be an external contact, a customer, or a member of a linked company.",
        to_do: "If you belong to several companies, switch to the right one in WeCom and sign in again.",
        ask: "Ask the company’s WeCom administrator to add you to Contacts.",
    },
    member_disabled: Explained {
        title: "Your account is disabled",
        happened: "Your WeCom account was disabled, or you have left this company, so you can’t sign in.",
        to_do: "Once your account is active again, simply sign in.",
        ask: "Ask your WeCom administrator to look up the state of your account in Contacts.",
    },
    member_not_activated: Explained {
        title: "Your account isn’t activated yet",
        happened: "You are in the company’s Contacts, but you haven’t activated your WeCom account.",
        to_do: "Install WeCom on your phone, sign in and join the company. Then come back and sign in here.",
        ask: "No invitation? Ask your WeCom administrator to invite you again.",
    },
    not_visible: Explained {
        title: "This app isn’t open to you yet",
        happened: "You are outside the allowed users of this app in WeCom, so WeCom didn’t let you through.",
        to_do: "Trying again won’t help until you’ve been added. After that, simply sign in.",
        ask: "Ask your WeCom administrator to open this app in the admin console and add you or your department to “Allowed users” (可见范围).",
    },
    not_allowed: Explained {
        title: "You don’t have access yet",
        happened: "We know who you are, but this application is open to some members only, and your account isn’t one of them.",
        to_do: "If you have another WeCom account with access, sign in with that one.",
        ask: "Ask the administrator of this application to give you access.",
    },
    phone_missing: Explained {
        title: "Your phone number is empty in WeCom",
        happened: "This application needs your phone number, but WeCom gave us an empty one. Most likely it’s missing from your profile.",
        to_do: "Add your phone number to your profile in WeCom, then sign in again.",
        ask: "Can’t change it, or is a number there already? Ask your WeCom administrator to check your number in Contacts, and that this app may read phone numbers.",
    },
    phone_refused: Explained {
        title: "Your phone number wasn’t shared",
        happened: "This application needs your phone number, and you didn’t agree to share it. So the sign-in stops here.",
        to_do: "Changed your mind? Sign in again, tick the phone number and agree. If WeCom doesn’t ask you again: find this app in the Workbench, open its details (应用详情) → sensitive information (个人敏感信息授权管理) and switch on the phone number.",
        ask: "Wondering why your number is needed? Ask the administrator of this application.",
    },
    phone_withheld: Explained {
        title: "WeCom didn’t pass on your phone number",
        happened: "Two switches must be on: your company’s for this app, and your own. WeCom doesn’t tell us which one is off.",
        to_do: "Check your own first: in WeCom, find this app in the Workbench, open its details (应用详情) → sensitive information (个人敏感信息授权管理), switch on the phone number, then sign in again.",
        ask: "There’s no such switch, or it’s on already? Ask your WeCom administrator to enable the phone number on the app’s page in the admin console.",
    },
    wrong_member: Explained {
        title: "This link is for someone else",
        happened: "The account that opened this link is not the one signing in on the computer. To be safe, we shared nothing.",
        to_do: "If it’s you at the computer, switch WeCom to the same account and open the link again. If you didn’t start this, just close the page.",
        ask: "Think someone is using your account? Tell your WeCom administrator right away.",
    },
    link_expired: Explained {
        title: "This link no longer works",
        happened: "It has been used already, it is too old, or the sign-in it was for is over.",
        to_do: "Look at your computer: if the page there still waits, it shows a new code by itself. Otherwise go back to the application and sign in again.",
        ask: "If new links stop working at once too, tell the administrator of this application.",
    },
    start_again: Explained {
        title: "Please sign in again",
        happened: "This browser holds no trace of the sign-in. It may have taken too long, moved to another browser, or cookies may be blocked.",
        to_do: "Start again from the application, finish in the same browser, and allow cookies.",
        ask: "If this keeps happening, tell the administrator of this application.",
    },
    open_in_wecom: Explained {
        title: "Please open this in WeCom",
        happened: "This page only works inside WeCom.",
        to_do: "Scan the QR code with WeCom, or copy the link and open it from a chat in WeCom.",
        ask: "No WeCom account? Ask your WeCom administrator to invite you.",
    },
    denied: Explained {
        title: "Sign-in was cancelled",
        happened: "You didn’t agree, so the sign-in wasn’t finished and nothing was shared.",
        to_do: "If that was a slip, sign in again and agree.",
        ask: "Wondering why this is needed? Ask the administrator of this application.",
    },
    wecom_unavailable: Explained {
        title: "WeCom isn’t answering",
        happened: "We couldn’t reach WeCom, or it’s too busy right now. This is not your fault.",
        to_do: "Wait a minute or two, then sign in again.",
        ask: "If it doesn’t get better, tell the administrator of the sign-in service.",
    },
    wecom_misconfigured: Explained {
        title: "The sign-in service needs attention",
        happened: "WeCom refused a request of the sign-in service because of a setting. This is not your fault.",
        to_do: "Trying again won’t help until the setting is corrected. Send the request ID below to the administrator.",
        ask: "The administrator of the sign-in service can look up the request ID in the log, with the cause and the cure.",
    },
    too_many_requests: Explained {
        title: "Too many requests",
        happened: "There were too many sign-ins from your network in a short time, so we need a little break.",
        to_do: "Wait a minute, then sign in again.",
        ask: "If your colleagues see this too, tell the administrator of the sign-in service.",
    },
    account_missing: Explained {
        title: "You don’t have an account there yet",
        happened: "We know who you are, but this application has no account with your phone number.",
        to_do: "Nothing for you to do right now. Once your account is ready, simply sign in again.",
        ask: "Ask the administrator of this application to create an account for you, or to add your phone number to the one you have.",
    },
    account_ambiguous: Explained {
        title: "Your phone number is in several accounts",
        happened: "We know who you are, but this application has more than one account that could be yours, so to be safe we didn’t sign you in.",
        to_do: "Trying again won’t help until that is sorted out. After that, simply sign in.",
        ask: "Ask the administrator of this application to leave your phone number in your own account only.",
    },
    account_taken: Explained {
        title: "This account is linked to a colleague",
        happened: "The account with your phone number is already linked to another WeCom member, so to be safe we didn’t sign you in.",
        to_do: "If you use another WeCom account for this application, sign in with that one.",
        ask: "If the account is yours, ask the administrator of this application to remove its old link to WeCom.",
    },
    account_protected: Explained {
        title: "This account is specially protected",
        happened: "The account with your phone number has special rights, so it isn’t linked to WeCom automatically.",
        to_do: "Until it’s linked, sign in to the application the way you did before.",
        ask: "Ask the administrator of this application to link your account to WeCom by hand.",
    },
    number_unproven: Explained {
        title: "Please confirm your phone number",
        happened: "This application finds your account by your phone number, and the one we have is out of date or incomplete.",
        to_do: "Open the application once inside WeCom, from the Workbench or by scanning the code. That confirms your number; then sign in here again.",
        ask: "Done that already? Ask your WeCom administrator whether the number in your profile is complete.",
    },
    number_shared: Explained {
        title: "A colleague has the same phone number",
        happened: "This application finds your account by your phone number, and a colleague has signed in with the same one. To be safe, we didn’t sign you in.",
        to_do: "Check the phone number in your WeCom profile. If it’s right, an administrator has to sort this out.",
        ask: "Ask the administrator of the sign-in service to remove the number from whoever no longer has it.",
    },
    accounts_unavailable: Explained {
        title: "The application isn’t answering",
        happened: "We know who you are, but we couldn’t look up your account in this application. This is not your fault.",
        to_do: "Wait a minute or two, then sign in once more.",
        ask: "If it doesn’t get better, send the request ID below to the administrator of the sign-in service.",
    },
};

pub(super) const OAUTH: Oauth = Oauth {
    invalid_request: Explained {
        title: "The sign-in request isn’t right",
        happened: "The application sent us an incomplete or incorrect request, so we stopped here.",
        to_do: "Go back to the application and sign in again. If you came from a bookmark or a chat, open the application directly.",
        ask: "If it happens again, send the details below to the administrator of the application.",
    },
    invalid_request_uri: Explained {
        title: "Please sign in again",
        happened: "The application’s sign-in link works once, and only for a short time. This one was used already or waited too long.",
        to_do: "Go back to the application and sign in again.",
        ask: "If it happens again, send the details below to the administrator of the application.",
    },
    invalid_client: Explained {
        title: "We don’t know this application",
        happened: "The application isn’t registered here, or it couldn’t prove what it is.",
        to_do: "Check that you opened the right address. If you’re not sure, don’t go on.",
        ask: "Send the details below to the administrator of the application, who can compare the registration.",
    },
    unauthorized_client: Explained {
        title: "This application can’t sign you in this way",
        happened: "The application used a way of signing in that isn’t open to it.",
        to_do: "Go back to the application and look for another way to sign in.",
        ask: "Send the details below to the administrator of the application.",
    },
    access_denied: Explained {
        title: "Sign-in wasn’t finished",
        happened: "The sign-in was refused or cancelled. Nothing was shared.",
        to_do: "If that was a slip, go back to the application and sign in again.",
        ask: "If you should have access, tell the administrator of the application.",
    },
    server_error: Explained {
        title: "Something went wrong on our side",
        happened: "An unexpected problem stopped the sign-in. This is not your fault.",
        to_do: "Wait a moment, then sign in again from the application.",
        ask: "If it happens again, send the request ID below to the administrator of the sign-in service.",
    },
    temporarily_unavailable: Explained {
        title: "Sign-in is unavailable right now",
        happened: "The sign-in service is too busy or under maintenance.",
        to_do: "Wait a minute or two, then sign in again from the application.",
        ask: "If it doesn’t get better, tell the administrator of the sign-in service.",
    },
    other: Explained {
        title: "Sign-in wasn’t finished",
        happened: "The application sent us a request that we can’t handle.",
        to_do: "Go back to the application and sign in again.",
        ask: "If it happens again, send the details below to the administrator of the application.",
    },
};
