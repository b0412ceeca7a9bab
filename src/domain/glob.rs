//! Patterns over names: `*` is any run of characters, `/` among them, and `?` is one.

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Vec<char>);

impl Glob {
    /// Takes 1 to 512 characters without control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let pattern: Vec<char> = text.chars().collect();
        let fits = (1..=512).contains(&pattern.len()) && !pattern.iter().any(|c| c.is_control());
        fits.then_some(Self(pattern))
    }

    /// Whether the whole name is of this pattern. Takes at most as many steps as both are long, multiplied.
    pub fn matches(&self, name: &str) -> bool {
        let (pattern, name) = (&self.0, name.chars().collect::<Vec<_>>());
        let (mut at, mut reached) = (0, 0);
        // The last star, and the place of the name up to which it reaches: the only one that needs to give way.
        let mut star: Option<(usize, usize)> = None;
        while reached < name.len() {
            match pattern.get(at) {
                Some('*') => {
                    star = Some((at, reached));
                    at += 1;
                }
                Some(c) if *c == '?' || *c == name[reached] => {
                    at += 1;
                    reached += 1;
                }
                _ => match star {
                    Some((place, taken)) => {
                        star = Some((place, taken + 1));
                        at = place + 1;
                        reached = taken + 1;
                    }
                    None => return false,
                },
            }
        }
        pattern[at..].iter().all(|c| *c == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_run_of_characters_and_a_question_mark_is_one() {
        for (pattern, name, matches) in [
            ("研发/*", "研发/后端", true),
            ("研发/*", "研发/后端/平台", true),
            ("研发/*", "研发", false),
            ("研发*", "研发", true),
            ("*", "", true),
            ("?", "研", true),
            ("?", "研发", false),
            ("*后端", "研发/后端", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("", "x", false),
            ("VPN", "vpn", false),
        ] {
            let glob = Glob::parse(pattern);
            assert_eq!(glob.is_some_and(|glob| glob.matches(name)), matches, "{pattern} {name}");
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_both_lengths_multiplied() {
        let glob = Glob::parse(&"*a".repeat(256)).expect("a pattern");
        assert!(!glob.matches(&"a".repeat(255)));
        assert!(!glob.matches(&format!("{}b", "a".repeat(20_000))));
    }
}
