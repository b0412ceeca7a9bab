//! The parameters of a sign-out (threats 12, 28, 34).

use wecom_oidc::oidc::logout;
use wecom_oidc::oidc::params::Params;

use super::house::house;
use super::plain::{added, assert_location};

pub fn logout(data: &[u8]) {
    let house = house();
    let Ok(params) = Params::parse(&house.fill_in(data)) else { return };
    let request = logout::read(house.provider(), &params);
    let asked = params.get("post_logout_redirect_uri");
    assert_eq!(request.refused_address, asked.is_some() && request.to.is_none());
    let Some(to) = &request.to else {
        assert!(request.location().is_none() && request.state.is_none());
        return;
    };
    assert_eq!(Some(to.as_str()), asked);
    let client = request.client.as_ref().expect("an address belongs to a client");
    let client = &house.provider().config.clients[client];
    assert!(client.post_logout_redirect_uris.contains(to), "{to:?}");
    let location = request.location().expect("it leads somewhere");
    assert_location(&location, to.as_str());
    let state = params.get("state").filter(|_| request.state.is_some());
    assert_eq!(request.state.as_deref(), state);
    assert_eq!(added(&location, to.as_str()).get("state"), state);
}
