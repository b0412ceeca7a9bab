//! A simulator of WeCom.
