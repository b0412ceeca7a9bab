//! The server API: every path with its method, its array fields and its function, on one screen.

mod agent_get;
pub(crate) mod answer;
pub(crate) mod call;
mod contact_sync;
mod department;
mod errcode;
mod gettoken;
mod getuserdetail;
mod getuserinfo;
mod guard;
mod ip_list;
mod lookup;
mod message_content;
mod message_send;
mod openid;
mod tag;
mod user_get;
mod user_list;
mod user_lookup;
mod user_object;

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{HttpRequest, HttpResponse, web};

use self::answer::{Answer, Refusal};
use self::call::{Call, Caller, Query};
use crate::world::{Shared, World};

/// How a call reaches its function.
enum Run {
    /// `gettoken`, which needs no token.
    Open(fn(&mut World, &Call) -> Answer),
    /// GET with a token.
    Get(fn(&mut World, &Caller, &Call) -> Answer),
    /// POST with a token.
    Post(fn(&mut World, &Caller, &Call) -> Answer),
}

/// One path: its array fields stay in error bodies as empty arrays.
struct Endpoint {
    path: &'static str,
    arrays: &'static [&'static str],
    run: Run,
}

const fn endpoint(path: &'static str, arrays: &'static [&'static str], run: Run) -> Endpoint {
    Endpoint { path, arrays, run }
}

const USER: &[&str] = &["department", "order", "is_leader_in_dept", "direct_leader"];

#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = &[
    endpoint("/cgi-bin/gettoken",               &[],                Run::Open(gettoken::run)),
    endpoint("/cgi-bin/auth/getuserinfo",       &[],                Run::Get(getuserinfo::run)),
    endpoint("/cgi-bin/user/getuserinfo",       &[],                Run::Get(getuserinfo::run_legacy)),
    endpoint("/cgi-bin/auth/getuserdetail",     &[],                Run::Post(getuserdetail::run)),
    endpoint("/cgi-bin/user/getuserdetail",     &[],                Run::Post(getuserdetail::run)),
    endpoint("/cgi-bin/user/get",               USER,               Run::Get(user_get::run)),
    endpoint("/cgi-bin/user/simplelist",        &["userlist"],      Run::Get(user_list::simplelist)),
    endpoint("/cgi-bin/user/list",              &["userlist"],      Run::Get(user_list::list)),
    endpoint("/cgi-bin/user/list_id",           &["dept_user"],     Run::Post(user_list::list_id)),
    endpoint("/cgi-bin/user/getuserid",         &[],                Run::Post(user_lookup::by_mobile)),
    endpoint("/cgi-bin/user/get_userid_by_email", &[],              Run::Post(user_lookup::by_email)),
    endpoint("/cgi-bin/user/convert_to_openid", &[],                Run::Post(openid::from_userid)),
    endpoint("/cgi-bin/user/convert_to_userid", &[],                Run::Post(openid::to_userid)),
    endpoint("/cgi-bin/department/list",        &["department"],    Run::Get(department::list)),
    endpoint("/cgi-bin/department/simplelist",  &["department_id"], Run::Get(department::simplelist)),
    endpoint("/cgi-bin/department/get",         &[],                Run::Get(department::get)),
    endpoint("/cgi-bin/agent/get",              &[],                Run::Get(agent_get::run)),
    endpoint("/cgi-bin/tag/list",               &["taglist"],       Run::Get(tag::list)),
    endpoint("/cgi-bin/tag/get",                &["userlist", "partylist"], Run::Get(tag::get)),
    endpoint("/cgi-bin/message/send",           &[],                Run::Post(message_send::run)),
    endpoint("/cgi-bin/get_api_domain_ip",      &["ip_list"],       Run::Get(ip_list::api_domain)),
    endpoint("/cgi-bin/getcallbackip",          &["ip_list"],       Run::Get(ip_list::callback)),
];

/// Whether the path is one of the API's.
pub(crate) fn knows(path: &str) -> bool {
    ENDPOINTS.iter().any(|endpoint| endpoint.path == path)
}

/// Answers every path that is not a page: an API call, or 404 with an empty body.
pub(crate) async fn serve(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    let Some(endpoint) = find(request.path()) else {
        return HttpResponse::NotFound().finish();
    };
    let call = Call {
        query: Query::parse(request.query_string()),
        is_post: request.method() == actix_web::http::Method::POST,
        body: &body,
        address: peer(&request),
        now: shared.clock.seconds(),
    };
    let answer = run(endpoint, &mut shared.world(), &call);
    answer::respond(answer, endpoint.arrays, call.address, shared.clock.millis())
}

/// The answer to a call of this path that is refused with an errcode whatever it asks.
pub(crate) fn refuse(path: &str, errcode: i64, address: IpAddr, millis: i64) -> HttpResponse {
    let arrays = find(path).map_or(&[][..], |endpoint| endpoint.arrays);
    answer::respond(Err(Refusal::new(errcode)), arrays, address, millis)
}

/// The caller's address.
pub(crate) fn peer(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip())
}

fn find(path: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.path == path)
}

fn run(endpoint: &Endpoint, world: &mut World, call: &Call) -> Answer {
    match endpoint.run {
        Run::Open(run) => run(world, call),
        Run::Get(run) => run(world, &guard::caller(world, call)?, call),
        Run::Post(run) => {
            let caller = guard::caller(world, call)?;
            if !call.is_post {
                return Err(Refusal::new(40058));
            }
            run(world, &caller, call)
        }
    }
}
