"""The application of authlib_app.py with a key of its own instead of a secret."""

import os

import authlib_app
from authlib.integrations.flask_client import OAuth
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey

app = authlib_app.app

key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)

authlib_app.wecom = OAuth(app).register(
    "wecom_by_key",
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_id="my-app",
    client_secret=key,
    client_auth_methods=[PrivateKeyJWT(headers={"kid": key.kid}, alg="ES256")],
    client_kwargs={
        "scope": "openid profile email phone offline_access",
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": "private_key_jwt",
    },
)


@app.get("/jwks.json")
def jwks():
    return {"keys": [key.as_dict(private=False)]}
