//! `${NAME}` in the texts of the configuration, and where the names come from.

/// Where `${NAME}` is looked up. Handed in, so that tests and the demo bring their own.
pub trait Environment {
    /// The value of a variable; `None` when it is not set or is not UTF-8.
    fn var(&self, name: &str) -> Option<String>;
}

/// The environment of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    #[allow(clippy::disallowed_methods)] // the one place where the environment is read
    fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

/// Why a text could not be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unexpanded {
    /// The variable of this name is not set.
    Missing(String),
    /// `${` without a name and `}` behind it.
    Malformed,
}

/// Replaces every `${NAME}`; `$${` stands for a plain `${`, and any other `$` for itself.
/// What comes out of the environment is taken as it is, never expanded again.
pub(super) fn expand(text: &str, environment: &dyn Environment) -> Result<String, Vec<Unexpanded>> {
    let (mut out, mut wrong, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        if let Some(kept) = before.strip_suffix('$') {
            out.push_str(kept);
            out.push_str("${");
            rest = &from[2..];
            continue;
        }
        out.push_str(before);
        let Some((name, after)) = from[2..].split_once('}').filter(|(name, _)| is_name(name)) else {
            wrong.push(Unexpanded::Malformed);
            rest = &from[2..];
            continue;
        };
        match environment.var(name) {
            Some(value) => out.push_str(&value),
            None => wrong.push(Unexpanded::Missing(name.to_owned())),
        }
        rest = after;
    }
    out.push_str(rest);
    if wrong.is_empty() { Ok(out) } else { Err(wrong) }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One;

    impl Environment for One {
        fn var(&self, name: &str) -> Option<String> {
            (name == "A_1").then(|| "va${lue".to_owned())
        }
    }

    #[test]
    fn names_are_replaced_wherever_they_stand_in_a_text() {
        assert_eq!(expand("x${A_1}y${A_1}", &One).as_deref(), Ok("xva${lueyva${lue"));
        assert_eq!(expand("$argon2id$v=19$", &One).as_deref(), Ok("$argon2id$v=19$"));
    }

    #[test]
    fn a_doubled_dollar_keeps_the_brace_as_it_is() {
        assert_eq!(expand("a$${A_1}", &One).as_deref(), Ok("a${A_1}"));
    }

    #[test]
    fn every_missing_or_broken_name_is_told_at_once() {
        let wrong = expand("${NOT_SET} ${1} ${ALSO_NOT} ${", &One);
        let missing = |name: &str| Unexpanded::Missing(name.to_owned());
        assert_eq!(
            wrong,
            Err(vec![missing("NOT_SET"), Unexpanded::Malformed, missing("ALSO_NOT"), Unexpanded::Malformed])
        );
    }
}
