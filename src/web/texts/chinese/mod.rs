//! 简体中文.

mod refusals;

use super::{Common, Consent, FormPost, Guide, Logout, PhoneDone, Refused, SelectAccount, SignIn, Texts, around};

/// The texts in Chinese.
pub(super) const TEXTS: Texts = Texts {
    common: Common {
        back_to: around("返回 ", ""),
        back: "返回应用",
        cancel_to: around("取消，返回 ", ""),
        other_way: "换一种方式登录",
        signed_in_as: around("当前账号：", ""),
    },
    sign_in: SignIn {
        title: around("登录 ", ""),
        lead: "用企业微信确认身份即可，无需密码。",
        prove_again_title: "请再次确认是你本人",
        prove_again_lead: around("", " 希望再次确认你的身份。请用企业微信重新登录一次。"),
        other_account_title: "换个账号登录",
        other_account_lead: around("请用你想使用的企业微信账号登录 ", "。"),
        button: "企业微信登录",
        hint: "在电脑上，可以扫码登录，也可以在企业微信电脑版中一键确认。",
    },
    guide: Guide {
        title: "还差一步：授权手机号",
        hello: around("", "，你好！"),
        why: around("", " 需要你在企业微信中的手机号。出于隐私保护，只能由你本人在企业微信里授权，一次即可。"),
        scan: "打开手机上的企业微信，扫描二维码。",
        agree: "勾选“手机号”，点击同意。",
        come_back: "回到这里，页面会自动继续。",
        code_label: "二维码：请用企业微信扫描",
        link_hint: "不方便扫码？复制下面的链接，发到企业微信里打开：",
        place: around("请核对浏览器地址栏中的网址：", "。"),
        not_you: "如果不是你在登录，请不要扫码，直接关闭此页。",
        minutes: around("二维码 ", " 分钟内有效"),
        waiting: "正在等待你在企业微信中授权…",
        go_on: "我已授权，继续",
        not_yet: "还没有收到你的授权。请先在企业微信中点击同意，再继续。",
    },
    phone_done: PhoneDone {
        title: "授权成功，请回到电脑",
        released: around("", " 现在可以使用你的手机号："),
        lead: "电脑会自动继续，现在可以关闭此页。",
    },
    form_post: FormPost { title: "正在返回应用…", button: "继续" },
    select_account: SelectAccount {
        title: "选择账号",
        lead: around("你将登录 ", "。"),
        go_on: around("以“", "”的身份继续"),
        other: "使用其他账号",
    },
    consent: Consent {
        title: around("", " 想使用你的信息"),
        lead: around("同意后，", " 可以："),
        openid: "知道是你在登录",
        profile: "查看你的姓名和基本资料",
        email: "查看你的邮箱地址",
        phone: "查看你的手机号",
        offline_access: "在你离开后仍保持登录，并更新以上信息",
        groups: "查看你所在的部门和标签",
        kept: "同意后会记住，只有需要更多信息时才会再问。",
        allow: "同意",
        deny: "拒绝",
    },
    logout: Logout {
        title: "要退出登录吗？",
        asked_by: around("", " 请求退出登录。"),
        lead: "退出后，用企业微信登录的其他应用也可能需要重新登录。",
        confirm: "退出登录",
        cancel: "暂不退出",
        done_title: "你已退出登录",
        done_lead: "现在可以放心关闭此页。如果是公用电脑，建议关闭所有浏览器窗口。",
    },
    refused: Refused {
        to_do: "你可以这样做",
        ask: "谁能帮你",
        again: "重新登录",
        code_label: "二维码：请用企业微信扫描",
        details: "求助时请提供以下信息",
        application: "应用",
        code: "错误代码",
        request_id: "请求编号",
        detail: "技术说明",
    },
    refusals: refusals::REFUSALS,
    oauth: refusals::OAUTH,
};
