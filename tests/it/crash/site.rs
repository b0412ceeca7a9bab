//! Where the workers go: a program that comes and goes at one address, its WeCom, and two applications.

use url::Url;
use wecom_sim::Control;

use crate::support::browser::{DESKTOP, IN_WECOM};
use crate::support::{Browser, Client, Program, RelyingParty, Setup};

/// Everything that stays while the program is killed and started again.
#[derive(Clone)]
pub struct Site {
    pub wecom: Control,
    /// An application that takes everybody.
    pub app: RelyingParty,
    /// One that takes nobody without a phone number.
    pub phone: RelyingParty,
    origins: Vec<String>,
    http: reqwest::Client,
}

/// Long graces and lives, so that only what is killed is in question; nobody is limited.
pub fn setup() -> Setup {
    let clients = [Client::new("app"), Client::new("phone").with("phone = \"required\"")];
    Setup::of(clients)
        .on_sled()
        .tables("[lifetimes]\ncode = \"10m\"\nrefresh_grace = \"5m\"\n[limits]\naddress_per_minute = 0")
}

impl Site {
    pub fn of(program: &Program) -> Self {
        let origin = |text: &str| Url::parse(text).expect("an address").origin().ascii_serialization();
        Self {
            wecom: (*program.sim).clone(),
            app: program.rp("app"),
            phone: program.rp("phone"),
            origins: vec![origin(&program.issuer), origin(&program.sim.api_url())],
            http: program.http.clone(),
        }
    }

    /// A new member of the corp, whom every app sees.
    pub fn hires(&self, userid: &str, mobile: &str) {
        let mut member = self.wecom.member(None, "zhangsan").expect("the sample");
        (member.openid, member.alias) = (String::new(), String::new());
        userid.clone_into(&mut member.userid);
        mobile.clone_into(&mut member.mobile);
        self.wecom.add_member(None, member).expect("a new member");
    }

    /// A browser on a computer, before which the member sits.
    pub fn computer(&self, member: &str) -> Browser {
        Browser::new(&self.http, DESKTOP, self.origins.clone()).of(member)
    }

    /// The member's WeCom, willing to give the number.
    pub fn in_wecom(&self, member: &str) -> Browser {
        Browser::new(&self.http, IN_WECOM, self.origins.clone()).of(member).granting("mobile")
    }

    /// The sign-out address of this session.
    pub fn logout(rp: &RelyingParty, hint: &str) -> Url {
        let mut url = rp.endpoint("/logout");
        let bye = format!("https://{}.example/bye", rp.client.id);
        url.query_pairs_mut().append_pair("id_token_hint", hint).append_pair("post_logout_redirect_uri", &bye);
        url
    }
}

/// The ids of the keys that a relying party would fetch now.
pub async fn kids(program: &Program) -> Vec<String> {
    let address = format!("{}/jwks.json", program.issuer);
    let keys: serde_json::Value = program.http.get(address).send().await.expect("keys").json().await.expect("JSON");
    let keys = keys["keys"].as_array().expect("keys");
    keys.iter().map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}
