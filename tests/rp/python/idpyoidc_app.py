"""A small application whose people sign in with WeCom, on Flask and idpyoidc."""

import os
import secrets
from urllib.parse import parse_qs, urlsplit

from cryptojwt import KeyJar
from cryptojwt.exception import JWKESTException
from flask import Flask, redirect, request, session
from idpyoidc.client.defaults import DEFAULT_OIDC_SERVICES
from idpyoidc.client.exception import OidcServiceError
from idpyoidc.client.oauth2.stand_alone_client import backchannel_logout
from idpyoidc.client.rp_handler import RPHandler
from idpyoidc.exception import OidcMsgError

ISSUER, ORIGIN = os.environ["ISSUER"], os.environ["ORIGIN"]  # https://app.example.com

rp = RPHandler(
    base_url=ORIGIN,
    services={
        **DEFAULT_OIDC_SERVICES,
        "end_session": {"class": "idpyoidc.client.oidc.end_session.EndSession"},
    },
    keyjar=KeyJar(),  # the application has a secret, and no keys of its own
    client_configs={
        "": {
            "client_type": "oidc",
            "issuer": ISSUER,
            "client_id": "my-app",
            "client_secret": os.environ["CLIENT_SECRET"],
            "redirect_uris": [ORIGIN + "/callback"],
            "post_logout_redirect_uris": [ORIGIN + "/signed-out"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "phone", "offline_access"],
            "token_endpoint_auth_method": "client_secret_basic",
            "client_authn_methods": ["client_secret_basic"],  # for refreshes too
            "add_ons": {
                "pkce": {
                    "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                    "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
                }
            },
        }
    },
)

app = Flask(__name__)
app.config.update(SECRET_KEY=secrets.token_bytes(32), SESSION_COOKIE_NAME="app")


def states():
    """What is known of each sign-in; discovery is made the first time."""
    return rp.client_setup(ISSUER).get_context().cstate


@app.get("/login")
def login():
    client = rp.client_setup(ISSUER)
    # Without it every algorithm of the published keys will do.
    client.get_context().registration_response = {"id_token_signed_response_alg": "RS256"}
    address = rp.begin(ISSUER)
    # The library knows every sign-in that was begun, but not by which browser.
    session["begun"] = parse_qs(urlsplit(address).query)["state"][0]
    return redirect(address)


@app.get("/callback")
def callback():
    if request.args.get("state") != session.pop("begun", None):
        return {"error": "begun_elsewhere"}, 400
    # Sends the code with its verifier, verifies the ID token, and asks userinfo for the same sub.
    result = rp.finalize(ISSUER, request.args.to_dict())
    if "error" in result:
        return {"error": result["error"]}, 400
    session["state"] = result["state"]
    return redirect("/")


@app.get("/")
def home():
    if session.get("state") not in states().keys():
        return {"signed_in": False}
    return {"signed_in": True, **rp.get_user_info(session["state"]).to_dict()}


@app.get("/refresh")
def refresh():
    rp.refresh_access_token(session["state"])
    return redirect("/")


@app.get("/logout")
def logout():
    return redirect(rp.logout(session.pop("state"))["url"])


@app.get("/signed-out")
def signed_out():
    # The state of the sign-out leads to that of the sign-in.
    rp.clear_session(states().get_base_key(request.args["state"]))
    return {"signed_in": False, "signed_out": True}


@app.post("/backchannel")
def backchannel():
    # Verifies the logout token, and gives the state of the sign-in that is over.
    client = rp.client_setup(ISSUER)
    rp.clear_session(backchannel_logout(client, request.get_data(as_text=True)))
    return {}, {"Cache-Control": "no-store"}


@app.errorhandler(KeyError)  # a state that nobody knows
@app.errorhandler(ValueError)  # an ID token with another nonce
@app.errorhandler(JWKESTException)
@app.errorhandler(OidcMsgError)
@app.errorhandler(OidcServiceError)
def refused(error):
    return {"error": type(error).__name__, "description": str(error)}, 400
