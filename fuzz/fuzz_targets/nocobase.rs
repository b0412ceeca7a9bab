#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_oidc_fuzz::targets::nocobase(data));
