//! The OpenID Provider that signs every WeCom member in to every application.
