//! What the terminal shows: one address, and what to do there.

/// The text; its first line is `open ADDRESS`, for scripts.
pub fn text(origin: &str, colour: bool) -> String {
    let (strong, soft, plain) = if colour { ("\x1b[1;36m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
    format!(
        "open {strong}{origin}/{plain}

  用浏览器打开上面的地址：一个示例应用，通过 wecom-oidc 用（模拟的）企业微信登录。
    1. 在电脑上登录，扫码的人选“张三”；
    2. 首次登录需要手机号：复制引导页的链接，在“模拟手机”里打开并同意；
    3. 电脑页面自动继续，显示应用得到的信息；再登录一次，不用再问；
    4. 在模拟手机的工作台里打开应用：不用任何操作就已登录。

  Open the address above: a sample application that signs in through wecom-oidc with a simulated WeCom.
    1. Sign in on a computer and let zhangsan scan.
    2. The first sign-in needs a phone number: copy the link of the guide, open it in the simulated phone, allow.
    3. The computer goes on and shows what the application was told. Sign in again: no questions.
    4. Open the application from the workbench of the simulated phone: signed in without a touch.

  {soft}一切只在本机，退出即删除。 Everything stays on this machine and is deleted at the end.
  按 Ctrl-C 结束 · Ctrl-C ends the demo{plain}
"
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_line_is_for_scripts() {
        let text = super::text("http://127.0.0.1:8090", false);
        assert_eq!(text.lines().next(), Some("open http://127.0.0.1:8090/"));
        assert!(!text.contains('\x1b'));
    }
}
