//! A sample of every page, for the tests and for looking at them.

use super::*;
use crate::domain::refusal::Refusal;
use crate::domain::scope::Scopes;

/// What is put into the pages; every field of every page takes its value from here.
pub(super) struct Words {
    pub client: &'static str,
    pub member: &'static str,
    pub host: &'static str,
    pub label: &'static str,
    pub plain: &'static str,
    pub phone: &'static str,
    pub detail: &'static str,
    pub device: &'static str,
    pub address: &'static str,
    pub userid: &'static str,
    pub ago: &'static str,
    pub left: &'static str,
    pub own: &'static str,
    pub away: &'static str,
}

impl Words {
    /// What people see.
    pub(super) const fn usual(language: Language) -> Self {
        let (member, label, ago, left) = match language {
            Language::Chinese => ("李文", "示例科技有限公司", "2 小时前", "7 小时"),
            Language::English => ("Li Wen", "Example Technology Ltd", "2 hours ago", "7 hours"),
        };
        Self {
            client: "NocoBase",
            member,
            host: "login.example.com",
            label,
            plain: "7f3k-9q2m-x8vd",
            phone: "••• 0001",
            detail: "redirect_uri is not registered for this client",
            device: "Chrome, Windows",
            address: "2001:db8:85a3::8a2e:370:7334",
            userid: "LiWen",
            ago,
            left,
            own: "https://login.example.com/login/01k9w3t8r2v6m4n7q5/phone/Qm7xV2bN9sKd4LwZ",
            away: "https://nb.example.com/api/oidc:redirect?error=access_denied&state=af0ifjsldkj",
        }
    }

    /// The same hostile text everywhere.
    pub(super) const fn hostile(text: &'static str) -> Self {
        Self {
            client: text,
            member: text,
            host: text,
            label: text,
            plain: text,
            phone: text,
            detail: text,
            device: text,
            address: text,
            userid: text,
            ago: text,
            left: text,
            own: text,
            away: text,
        }
    }
}

/// A rendered page.
pub(super) struct Sample {
    pub name: String,
    /// The ids it must hold.
    pub ids: Vec<&'static str>,
    pub html: Result<String, askama::Error>,
}

fn sample(name: impl Into<String>, ids: &[&'static str], html: Result<String, askama::Error>) -> Sample {
    Sample { name: name.into(), ids: ids.to_vec(), html }
}

/// Every page.
pub(super) fn all(shell: &Shell, w: &Words) -> Vec<Sample> {
    let mut samples = sign_ins(shell, w);
    samples.extend(guides(shell, w));
    samples.extend(questions(shell, w));
    samples.extend(refusals(shell, w));
    samples.extend(accounts(shell, w));
    samples
}

fn sign_ins(shell: &Shell, w: &Words) -> Vec<Sample> {
    let one = [Way { connection: "main", label: None, href: w.away }];
    let two = [Way { label: Some(w.label), ..one[0] }, Way { connection: "south", label: Some(w.label), href: w.away }];
    let page = SignIn {
        client_name: w.client,
        member_name: None,
        why: SignInReason::Normal,
        ways: &one,
        other_way: None,
        cancel: Back::Link(w.away),
    };
    let posting = Back::Form { action: w.away, fields: &[("error", w.plain), (w.plain, "x")] };
    let ids = ["wecom-login", "back-to-app"];
    vec![
        sample("sign-in", &ids, sign_in(shell, &page)),
        sample(
            "sign-in-again",
            &[ids[0], ids[1], "other-way"],
            sign_in(
                shell,
                &SignIn { why: SignInReason::ProveAgain, member_name: Some(w.member), other_way: Some(w.own), ..page },
            ),
        ),
        sample(
            "sign-in-signed-out",
            &[ids[0], "other-way"],
            sign_in(
                shell,
                &SignIn { why: SignInReason::SignedOut, other_way: Some(w.own), cancel: Back::None, ..page },
            ),
        ),
        sample(
            "sign-in-other",
            &[ids[0], ids[1], "wecom-login-south"],
            sign_in(
                shell,
                &SignIn {
                    why: SignInReason::OtherAccount,
                    member_name: Some(w.member),
                    ways: &two,
                    cancel: posting,
                    ..page
                },
            ),
        ),
    ]
}

fn guides(shell: &Shell, w: &Words) -> Vec<Sample> {
    let page = Guide {
        client_name: w.client,
        member_name: Some(w.member),
        phone_link: w.own,
        continue_href: w.own,
        place: w.host,
        events_href: w.own,
        seconds: 600,
        card_asked: false,
        not_yet: false,
        refresh_seconds: 10,
    };
    let done = PhoneDone { client_name: w.client, masked_phone: Some(w.phone) };
    vec![
        sample("guide", &["phone-link", "continue"], guide(shell, &page)),
        sample(
            "guide-not-yet",
            &["phone-link", "continue"],
            guide(shell, &Guide { not_yet: true, member_name: None, ..page }),
        ),
        sample(
            "guide-card",
            &["phone-link", "continue", "card-asked"],
            guide(shell, &Guide { card_asked: true, ..page }),
        ),
        sample("phone-done", &[], phone_done(shell, &done)),
    ]
}

fn questions(shell: &Shell, w: &Words) -> Vec<Sample> {
    let fields = [("code", w.plain), ("state", w.away), (w.plain, w.plain)];
    let form = Go::Form { action: w.own, fields: &fields };
    let select = SelectAccount {
        client_name: w.client,
        member_name: w.member,
        go_on: form,
        other: Go::Link(w.own),
        cancel: Back::Link(w.away),
    };
    let ask = Consent {
        client_name: w.client,
        member_name: w.member,
        scopes: Scopes::all(),
        services: &[w.host],
        action: w.own,
        token: w.plain,
        other: w.own,
        kept: true,
    };
    let leave = LogoutConfirm {
        client_name: Some(w.client),
        member_name: Some(w.member),
        action: w.own,
        fields: &fields,
        cancel: Some(w.away),
    };
    let bare = LogoutConfirm { client_name: None, member_name: None, cancel: None, ..leave };
    let told = [w.away, w.own];
    let left = SignedOut { client_name: Some(w.client), go_on: Some(w.away), frames: &told };
    vec![
        sample("form-post", &["form-post"], form_post(shell, &FormPost { action: w.away, fields: &fields })),
        sample("select-account", &["account-continue", "account-other", "back-to-app"], select_account(shell, &select)),
        sample("consent", &["consent-allow", "consent-deny", "account-other"], consent(shell, &ask)),
        sample("logout-confirm", &["logout-confirm", "logout-cancel"], logout_confirm(shell, &leave)),
        sample("logout-confirm-bare", &["logout-confirm"], logout_confirm(shell, &bare)),
        sample("signed-out-telling", &["logout-continue"], signed_out(shell, &left)),
        sample("signed-out", &["logout-continue"], signed_out(shell, &SignedOut { frames: &[], ..left })),
        sample("signed-out-telling-bare", &[], signed_out(shell, &SignedOut { go_on: None, ..left })),
        sample("signed-out-bare", &[], signed_out(shell, &SignedOut::default())),
    ]
}

fn accounts(shell: &Shell, w: &Words) -> Vec<Sample> {
    let place = |id, here| Place {
        id,
        device: w.device,
        address: Some(w.address.to_owned()),
        here,
        connection: Some(w.label),
        since: w.ago.to_owned(),
        idle: w.left.to_owned(),
        latest: w.left.to_owned(),
    };
    let nowhere = Place { device: "", address: None, connection: None, ..place("5e6f", false) };
    let places = [place("1a2b", true), place("3c4d", false), nowhere];
    let app = |id, lasting, told| Application {
        id,
        name: w.client,
        since: w.ago.to_owned(),
        signed_in: lasting,
        lasting,
        told,
    };
    let page = Account {
        member_name: w.member,
        userid: w.userid,
        connection: w.label,
        action: "/account",
        token: w.plain,
        phone: Some(AccountPhone {
            masked: Some(w.phone.to_owned()),
            moved: false,
            by_link: false,
            ago: w.ago.to_owned(),
        }),
        applications: &[app("app", true, Scopes::all()), app("bare", false, Scopes::default())],
        sessions: &places,
        more_sessions: 7,
        frames: &[],
    };
    let least = Account { phone: None, applications: &[], sessions: &places[..1], more_sessions: 0, ..page.clone() };
    let mail = AccountPhone { masked: None, moved: false, by_link: true, ago: w.ago.to_owned() };
    let moved = Account { phone: Some(AccountPhone { moved: true, ..mail.clone() }), ..page.clone() };
    let mail = Account { phone: Some(mail), ..page.clone() };
    let telling = Account { frames: &[w.away], ..page.clone() };
    let ids = ["account-sign-out", "account-sign-out-everywhere", "session-1a2b"];
    let more = ["account-forget-phone", "session-3c4d", "application-app", "application-bare", "more-sessions"];
    vec![
        sample("account", &[&ids[..], &more].concat(), account(shell, &page)),
        sample("account-least", &ids, account(shell, &least)),
        sample("account-mail", &more, account(shell, &mail)),
        sample("account-moved", &more, account(shell, &moved)),
        sample("account-telling", &more, account(shell, &telling)),
    ]
}

fn refusals(shell: &Shell, w: &Words) -> Vec<Sample> {
    let ids = ["error-code", "request-id"];
    let mut samples = Vec::new();
    for refusal in Refusal::ALL {
        let page = Refused {
            client_name: Some(w.client),
            back: Back::Link(w.away),
            again: Some(w.own),
            detail: refusal.detail(),
            link: is_done_in_wecom(refusal).then_some(QrLink { href: w.own }),
            ..Refused::of(PageCode::Refusal(refusal), w.plain)
        };
        let mut ids = [&ids[..], &["start-again", "back-to-app"]].concat();
        ids.extend(page.link.map(|_| "open-link"));
        let name =
            refusal.detail().map_or_else(|| refusal.code().to_owned(), |detail| format!("{}-{detail}", refusal.code()));
        samples.push(sample(format!("refused-{name}"), &ids, refused(shell, &page)));
    }
    for code in OAUTH {
        let page = Refused {
            detail: Some(w.detail),
            back: Back::Form { action: w.away, fields: &[("error", w.plain)] },
            other_way: Some(w.own),
            ..Refused::of(PageCode::Oauth(code), w.plain)
        };
        let ids = [ids[0], ids[1], "error-detail", "back-to-app", "other-way"];
        samples.push(sample(format!("oauth-{code}"), &ids, refused(shell, &page)));
    }
    let least = Refused::of(PageCode::Refusal(Refusal::StartAgain), w.plain);
    samples.push(sample("refused-least", &ids, refused(shell, &least)));
    samples
}

/// The codes with texts of their own, and one without.
const OAUTH: [&str; 8] = [
    "invalid_request",
    "invalid_request_uri",
    "invalid_client",
    "unauthorized_client",
    "access_denied",
    "server_error",
    "temporarily_unavailable",
    "invalid_scope",
];
