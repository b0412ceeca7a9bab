//! The one table of errcodes (the vendor's page of global error codes, 90313): what each means for
//! a sign-in, whether waiting helps, and the page of WeCom's console that cures it.

use super::{Call, Fault};

struct Row {
    codes: &'static [i64],
    fault: Fault,
    retryable: bool,
    cure: &'static str,
}

const fn row(codes: &'static [i64], fault: Fault, retryable: bool, cure: &'static str) -> Row {
    Row { codes, fault, retryable, cure }
}

const NO: bool = false;
const YES: bool = true;

#[rustfmt::skip]
const TABLE: &[Row] = &[
    row(&[-1, 6000], Fault::Transient, YES, "WeCom is busy: nothing to do unless it lasts."),
    row(&[40001, 40091], Fault::Operator, NO, "The secret is wrong, was reset, or belongs to another app: copy it anew from 应用管理 (App Management) → the app → Secret, and see there that the app is enabled."),
    row(&[40013, 41002, 2_000_002], Fault::Operator, NO, "The corp_id is wrong: copy it from 我的企业 (My Company) → 企业信息 (Company Information) → 企业ID (Company ID)."),
    row(&[41004], Fault::Operator, NO, "The secret is empty: copy it from 应用管理 (App Management) → the app → Secret."),
    row(&[45031], Fault::Operator, NO, "WeCom considers the secret unsafe: reset it at 应用管理 (App Management) → the app → Secret, and enter the new one."),
    row(&[40014, 42001], Fault::Transient, YES, "WeCom refused a fresh access token: nothing to do unless it lasts, then reset the secret at 应用管理 (App Management) → the app → Secret."),
    row(&[40029, 42003, 42022, 40078], Fault::CodeUsed, NO, "The code was used before, is older than five minutes, or was made for another app: the member signs in again."),
    row(&[84014, 84015], Fault::TicketExpired, NO, "The member's consent is older than half an hour or unknown to WeCom: the member signs in again inside WeCom."),
    row(&[45009], Fault::Transient, YES, "WeCom blocks the call for a minute, an hour or a day because there were too many: wait, and if it is gettoken, see that the secret equals 应用管理 (App Management) → the app → Secret, because a wrong one blocks this address for an hour."),
    row(&[45033], Fault::Transient, YES, "Too many calls to WeCom at the same time: nothing to do unless it lasts, then see what else uses the same app."),
    row(&[60020, 90308, 301_042], Fault::Operator, NO, "WeCom does not know the address this program calls from: enter it at 应用管理 (App Management) → the app → 企业可信IP (Trusted IP); it takes effect after about a minute."),
    row(&[50001, 40057, 80001], Fault::Operator, NO, "The host of the callback does not belong to the app whose secret is used: enter it at 应用管理 (App Management) → the app → 网页授权及JS-SDK (Web Authorization and JS-SDK) → 可信域名 (Trusted Domain), and at 企业微信授权登录 (WeCom Login) → 授权回调域 (Callback Domain)."),
    row(&[85004, 85005, 85008, 85111], Fault::Operator, NO, "The trusted domain is not accepted: see its filing and its verification file at 应用管理 (App Management) → the app → 网页授权及JS-SDK (Web Authorization and JS-SDK) → 可信域名 (Trusted Domain)."),
    row(&[60011, 60021, 50002, 60111, 46004], Fault::NoSuchMember, NO, "The member has left or is outside the app's visible range: to let the member in, widen 应用管理 (App Management) → the app → 可见范围 (Visible Range)."),
    row(&[60003, 60123], Fault::Operator, NO, "The department does not exist or is outside the app's visible range: see 应用管理 (App Management) → the app → 可见范围 (Visible Range)."),
    row(&[40056, 301_002], Fault::Operator, NO, "The agent_id does not belong to the secret: copy both from one page, 应用管理 (App Management) → the app → AgentId and Secret."),
    row(&[50003, 50006], Fault::Operator, NO, "The app is disabled: enable it at 应用管理 (App Management) → the app → 已启用 (Enabled)."),
    row(&[48006], Fault::Operator, NO, "WeCom took the permission back because the app lay unused: enable it anew at 应用管理 (App Management) → the app."),
    row(&[48001, 48002, 670_001], Fault::Operator, NO, "The secret may not make this call: use the Secret of a self-built app, 应用管理 (App Management) → 自建 (Self-built) → the app, not that of 通讯录同步 (Contacts Sync)."),
    row(&[48009], Fault::Operator, NO, "The secret is that of 通讯录同步 (Contacts Sync), which may not read details: use the Secret at 应用管理 (App Management) → 自建 (Self-built) → the app."),
    row(&[40141, 301_007, 43009], Fault::Operator, NO, "WeCom restricts the corp itself: see 我的企业 (My Company) → 企业信息 (Company Information), and its verification there."),
    row(&[40080, 40082, 40083, 40084, 40085, 41021, 41022, 41023, 41024, 41025, 42007, 42009], Fault::Operator, NO, "The credentials are those of a service provider's suite: use a self-built app, 应用管理 (App Management) → 自建 (Self-built)."),
    row(&[81013], Fault::Operator, NO, "The app may not send this member a message: see 应用管理 (App Management) → the app → 可见范围 (Visible Range), and whether the member is activated."),
    row(&[40068, 301_021, 301_036, 60136, 60217], Fault::Operator, NO, "A member, department or tag named in the configuration does not exist or is outside 应用管理 (App Management) → the app → 可见范围 (Visible Range)."),
    row(&[40003, 40205, 40207, 40208, 40209, 43004], Fault::Member, NO, "WeCom does not accept the member's account as it is: see the member at 通讯录 (Contacts), then let the member sign in again."),
    row(&[40058, 40063, 40093, 40094, 41001, 41008, 41009, 41011, 48005, 60103, 82001, 84090], Fault::Bug, NO, "This program made a malformed call: please report it with the errcode and the hint id."),
];

const UNKNOWN: &str = "An errcode this program does not know: look it up with the hint id in WeCom's 错误码查询工具 (Error Query), https://open.work.weixin.qq.com/devtool/query.";

fn find(errcode: i64) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.codes.contains(&errcode))
}

/// Who must act. Some answers depend on the call: only `user/get` can say that a member is not to
/// be seen, and only `tag/get` that a tag is not; elsewhere the same code means that the app may not see enough.
pub(super) fn fault(call: Call, errcode: i64) -> Fault {
    match find(errcode).map(|row| row.fault) {
        Some(_) if call == Call::TagGet && matches!(errcode, 40068 | 60011) => Fault::NoSuchTag,
        Some(Fault::NoSuchMember) if call != Call::UserGet => Fault::Operator,
        Some(fault) => fault,
        None => Fault::Operator,
    }
}

pub(super) fn retryable(errcode: i64) -> bool {
    find(errcode).is_some_and(|row| row.retryable)
}

pub(super) fn cure(errcode: i64) -> &'static str {
    find(errcode).map_or(UNKNOWN, |row| row.cure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_stands_in_two_rows() {
        let mut codes: Vec<i64> = TABLE.iter().flat_map(|row| row.codes).copied().collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }

    #[test]
    fn every_cure_of_an_operator_fault_names_a_console_page_in_both_languages() {
        for row in TABLE {
            assert!(row.cure.ends_with('.') && !row.cure.contains('\n'), "{}", row.cure);
            assert!(
                row.fault != Fault::Operator || (row.cure.contains('（') || row.cure.contains(" (")),
                "{}",
                row.cure
            );
            assert!(
                row.fault != Fault::Operator || row.cure.chars().any(|c| ('一'..='龥').contains(&c)),
                "{}",
                row.cure
            );
        }
    }

    #[test]
    fn a_member_is_missing_only_where_a_member_was_asked_for() {
        for code in [60111, 46004, 60011, 60021, 50002] {
            assert_eq!(fault(Call::UserGet, code), Fault::NoSuchMember);
            assert_eq!(fault(Call::DepartmentList, code), Fault::Operator);
            assert!(!retryable(code));
        }
    }

    #[test]
    fn a_tag_is_missing_only_where_a_tag_was_asked_for() {
        for code in [40068, 60011] {
            assert_eq!(fault(Call::TagGet, code), Fault::NoSuchTag);
            assert_eq!(fault(Call::TagList, code), Fault::Operator);
        }
        assert_eq!((fault(Call::TagGet, 48002), fault(Call::TagGet, 45009)), (Fault::Operator, Fault::Transient));
    }

    #[test]
    fn codes_and_tickets_end_a_sign_in_and_unknown_codes_are_for_the_operator() {
        for code in [40029, 42003, 42022] {
            assert_eq!(fault(Call::GetUserInfo, code), Fault::CodeUsed);
        }
        for code in [84014, 84015] {
            assert_eq!(fault(Call::GetUserDetail, code), Fault::TicketExpired);
        }
        assert_eq!((fault(Call::UserGet, 987_654), retryable(987_654)), (Fault::Operator, false));
        assert!(retryable(-1) && retryable(45009) && !retryable(60020));
    }
}
