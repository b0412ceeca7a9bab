//! 简体中文: why somebody cannot go on.

use crate::web::texts::{Explained, Oauth, Refusals};

pub(super) const REFUSALS: Refusals = Refusals {
    not_a_member: Explained {
        title: "你还不是这家企业的成员",
        happened: "企业微信认出了你，但你的账号不在这家企业的通讯录中，例如你是外部联系人、客户或互联企业的成员。",
        to_do: "如果你加入了多家企业，请先在企业微信中切换到正确的企业，再重新登录。",
        ask: "请联系这家企业的企业微信管理员，把你加入通讯录。",
    },
    member_disabled: Explained {
        title: "你的账号已停用",
        happened: "你在企业微信中的账号已被禁用，或者你已退出这家企业，所以现在无法登录。",
        to_do: "账号恢复后，重新登录即可。",
        ask: "如有疑问，请联系企业微信管理员，在通讯录中查看你的账号状态。",
    },
    member_not_activated: Explained {
        title: "你的账号还没有激活",
        happened: "你已在企业的通讯录中，但还没有激活企业微信账号。",
        to_do: "请在手机上安装企业微信，登录并加入企业，然后再回来登录。",
        ask: "没有收到邀请？请联系企业微信管理员再次邀请你。",
    },
    not_visible: Explained {
        title: "这个应用还没有对你开放",
        happened: "你不在这个应用的可见范围内，企业微信没有让你通过。",
        to_do: "开通之前，重试不会有变化。开通之后，重新登录即可。",
        ask: "请联系企业微信管理员，在管理后台打开这个应用，把你或你的部门加入“可见范围”。",
    },
    not_allowed: Explained {
        title: "你还没有使用权限",
        happened: "你的身份已经确认，但这个应用只对部分成员开放，目前不包括你的账号。",
        to_do: "如果你有其他可用的企业微信账号，请换用那个账号登录。",
        ask: "请联系这个应用的管理员，为你开通使用权限。",
    },
    phone_missing: Explained {
        title: "企业微信里没有你的手机号",
        happened: "这个应用需要手机号，但你的企业微信资料中没有填写。",
        to_do: "请先在企业微信的个人信息中绑定手机号，再重新登录。",
        ask: "自己改不了？请联系企业微信管理员，在通讯录中补上你的手机号。",
    },
    phone_refused: Explained {
        title: "还没有获得手机号授权",
        happened: "这个应用需要你的手机号，但你还没有同意，或者企业没有为这个应用开启手机号。",
        to_do: "在企业微信的工作台找到这个应用，进入“应用详情”→“个人敏感信息授权管理”，打开“手机号”，再重新登录。",
        ask: "找不到这一项？请联系企业微信管理员，在管理后台的应用详情页开启手机号权限。",
    },
    wrong_member: Explained {
        title: "这个链接属于另一位成员",
        happened: "打开链接的账号，与电脑上正在登录的不是同一个人。为了安全，我们没有透露任何信息。",
        to_do: "如果电脑前就是你本人，请在企业微信中切换到同一个账号，再打开链接。如果不是你发起的登录，请直接关闭此页。",
        ask: "怀疑有人冒用你的账号？请尽快告诉企业微信管理员。",
    },
    link_expired: Explained {
        title: "链接已失效",
        happened: "这个链接已经用过，或者超过了有效时间。",
        to_do: "请回到最初打开的应用，重新登录，会得到一个新的链接。",
        ask: "如果新链接也马上失效，请联系这个应用的管理员。",
    },
    start_again: Explained {
        title: "请重新登录一次",
        happened: "这个浏览器里没有找到本次登录的记录。可能是等待太久、中途换了浏览器，或者禁用了 Cookie。",
        to_do: "请从应用重新开始，在同一个浏览器里完成登录，并允许使用 Cookie。",
        ask: "如果反复出现，请联系这个应用的管理员。",
    },
    open_in_wecom: Explained {
        title: "请在企业微信中打开",
        happened: "这个页面只能在企业微信里使用。",
        to_do: "用企业微信扫描二维码，或者复制链接，发到企业微信里打开。",
        ask: "没有企业微信账号？请联系企业微信管理员邀请你加入企业。",
    },
    denied: Explained {
        title: "登录已取消",
        happened: "你没有同意授权，所以登录没有完成，也没有透露任何信息。",
        to_do: "如果是误操作，重新登录并点击同意即可。",
        ask: "想知道为什么需要这些信息？请咨询这个应用的管理员。",
    },
    wecom_unavailable: Explained {
        title: "企业微信暂时没有回应",
        happened: "我们没能连上企业微信，或者它现在太忙。这不是你的问题。",
        to_do: "请等一两分钟，再重新登录。",
        ask: "如果一直这样，请联系登录服务的管理员。",
    },
    wecom_misconfigured: Explained {
        title: "登录服务需要管理员处理",
        happened: "企业微信拒绝了登录服务的请求：有一项设置需要调整。这不是你的问题。",
        to_do: "设置调整好之前，重试不会有变化。请把下面的请求编号发给管理员。",
        ask: "请联系登录服务的管理员，凭请求编号可以在日志中查到原因和解决办法。",
    },
    too_many_requests: Explained {
        title: "请求太频繁了",
        happened: "短时间内，来自你所在网络的登录请求太多，需要暂停一下。",
        to_do: "请等一分钟，再重新登录。",
        ask: "如果同事们也遇到这个问题，请联系登录服务的管理员。",
    },
};

pub(super) const OAUTH: Oauth = Oauth {
    invalid_request: Explained {
        title: "应用发来的登录请求有误",
        happened: "应用发来的登录请求不完整或不正确，所以我们没有继续。",
        to_do: "请回到应用，重新点击登录。如果这个链接来自收藏夹或聊天记录，请直接打开应用。",
        ask: "如果还是这样，请把下面的信息发给这个应用的管理员。",
    },
    invalid_request_uri: Explained {
        title: "请重新登录一次",
        happened: "应用的登录链接只能用一次，而且很快就会失效。这个链接已经用过，或者过期了。",
        to_do: "请回到应用，重新点击登录。",
        ask: "如果反复出现，请把下面的信息发给这个应用的管理员。",
    },
    invalid_client: Explained {
        title: "这个应用没有登记",
        happened: "登录服务不认识这个应用，或者应用没能证明自己的身份。",
        to_do: "请检查你打开的网址是否正确。如果不确定，请不要继续。",
        ask: "请把下面的信息发给这个应用的管理员，核对应用的登记信息。",
    },
    unauthorized_client: Explained {
        title: "这个应用不能这样登录",
        happened: "应用使用了没有为它开放的登录方式。",
        to_do: "请回到应用，看看有没有其他登录入口。",
        ask: "请把下面的信息发给这个应用的管理员。",
    },
    access_denied: Explained {
        title: "登录没有完成",
        happened: "登录被拒绝或取消，没有透露任何信息。",
        to_do: "如果是误操作，请回到应用，重新登录。",
        ask: "如果你应该可以使用这个应用，请联系它的管理员。",
    },
    server_error: Explained {
        title: "登录服务出了点问题",
        happened: "我们这边发生了意外，登录没有完成。这不是你的问题。",
        to_do: "请稍等片刻，再从应用重新登录。",
        ask: "如果一直这样，请把下面的请求编号发给登录服务的管理员。",
    },
    temporarily_unavailable: Explained {
        title: "登录服务暂时不可用",
        happened: "登录服务现在太忙，或者正在维护。",
        to_do: "请等一两分钟，再从应用重新登录。",
        ask: "如果一直这样，请联系登录服务的管理员。",
    },
    other: Explained {
        title: "登录没有完成",
        happened: "应用发来的登录请求无法处理。",
        to_do: "请回到应用，重新登录。",
        ask: "如果还是这样，请把下面的信息发给这个应用的管理员。",
    },
};
