//! The query of `/open/{client_id}` (threats 25, 28).

use url::form_urlencoded::Serializer;
use url::{Position, Url};
use wecom_oidc::domain::ids::ConnectionName;
use wecom_oidc::login::enter::read_open;
use wecom_oidc::oidc::params::Params;

use super::house::house;
use super::plain::{assert_error, assert_location};

pub fn open(data: &[u8]) {
    let Ok(params) = Params::parse(data) else { return };
    for client in house().provider().config.clients.values() {
        let request = match read_open(client, &params) {
            Ok(request) => request,
            Err(error) => {
                assert_error(&error);
                continue;
            }
        };
        assert!(!params.any_doubled());
        assert_eq!(request.client, client.client_id);
        assert_eq!(request.connection.as_ref().map(ConnectionName::as_str), params.get("wecom"));
        assert!(request.connection.is_none_or(|name| client.connections.contains(&name)));
        assert_eq!(request.to.is_some(), params.get("to").is_some());
        let (Some(to), Some(home)) = (request.to, client.home_url.as_ref()) else { continue };
        // However it is put together, a browser stays at the client's own origin.
        let origin = home.origin().ascii_serialization();
        for address in [home.join(&to).expect("an address"), Url::parse(&format!("{origin}{to}")).expect("an address")]
        {
            assert_eq!(address.origin(), home.origin(), "{to:?}");
            assert_location(address.as_str(), &format!("{origin}/"));
            assert_eq!(&address[Position::BeforePath..], to, "its normal form already");
        }
        if to.len() <= 1_024 {
            let again = Serializer::new(String::new()).append_pair("to", &to).finish();
            let again = Params::parse(again.as_bytes()).expect("what we write can be read");
            assert_eq!(read_open(client, &again).ok().and_then(|again| again.to), Some(to));
        }
    }
}
