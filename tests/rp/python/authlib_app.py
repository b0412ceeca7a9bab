"""A small application whose people sign in with WeCom, on Flask and Authlib."""

import os
import secrets

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session
from joserfc.errors import JoseError

ORIGIN = os.environ["ORIGIN"]  # https://app.example.com

app = Flask(__name__)
app.config.update(SECRET_KEY=secrets.token_bytes(32), SESSION_COOKIE_NAME="app")

wecom = OAuth(app).register(
    "wecom",
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_id="my-app",
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={
        "scope": "openid profile email phone offline_access",
        "code_challenge_method": "S256",
    },
)

signed_in = {}  # what the token endpoint gave, by session


@app.get("/login")
def login():
    return wecom.authorize_redirect(ORIGIN + "/callback")


@app.get("/callback")
def callback():
    # Compares the state, sends the code with its verifier, then verifies the ID token:
    # signature by the published keys, iss, aud, exp, nonce, at_hash.
    token = wecom.authorize_access_token()
    session["id"] = secrets.token_urlsafe()
    signed_in[session["id"]] = token
    return redirect("/")


@app.get("/")
def home():
    token = signed_in.get(session.get("id"))
    if not token:
        return {"signed_in": False}
    claims = wecom.userinfo(token=token)
    assert claims["sub"] == token["userinfo"]["sub"]
    return {"signed_in": True, **claims}


@app.get("/refresh")
def refresh():
    token = signed_in[session["id"]]
    fresh = wecom.fetch_access_token(
        grant_type="refresh_token", refresh_token=token["refresh_token"]
    )
    signed_in[session["id"]] = {**token, **fresh}
    return redirect("/")


@app.get("/logout")
def logout():
    token = signed_in.pop(session.pop("id"))
    return wecom.logout_redirect(ORIGIN + "/signed-out", token["id_token"])


@app.get("/signed-out")
def signed_out():
    wecom.validate_logout_response()
    return {"signed_in": False, "signed_out": True}


@app.errorhandler(AuthlibBaseError)
@app.errorhandler(JoseError)
def refused(error):
    return {"error": error.error, "description": error.description}, 400
