use crate::Arn;

/// A pattern for ARNs of KMS keys or aliases, in which `*` stands for any text and `?` for any character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPattern {
    arn: String,
    target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Key,
    Alias,
}

/// The minimum of letters and digits of a key's id in a pattern: fewer would match the keys that AWS manages too.
const ID_MINIMUM: usize = 8;

impl KeyPattern {
    /// Parses a pattern. Returns `None` if it is no ARN of a KMS key or alias, names fewer than eight
    /// characters of a key's id (unless the id starts with `mrk-`, as those of multi-Region keys do), or an
    /// alias that AWS manages.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let arn = Arn::parse(text)?;
        let (Some(_), Some(_)) = (arn.region(), arn.account_id()) else { return None };
        if arn.service != "kms" || arn.partition.is_empty() || text.contains(char::is_whitespace) {
            return None;
        }
        let target = match arn.resource.split_once('/')? {
            ("key", id) => {
                let named = id.chars().filter(char::is_ascii_alphanumeric).count();
                (named >= ID_MINIMUM || id.starts_with("mrk-")).then_some(Target::Key)?
            }
            ("alias", name) => (!name.is_empty() && !name.starts_with("aws/")).then_some(Target::Alias)?,
            _ => return None,
        };
        Some(Self { arn: text.to_owned(), target })
    }

    /// Returns true if the pattern is for aliases.
    pub(crate) fn is_for_aliases(&self) -> bool {
        self.target == Target::Alias
    }

    /// Returns true if the pattern matches the ARN of a key or alias. Aliases that AWS manages never match.
    pub(crate) fn matches(&self, arn: &str) -> bool {
        let is_aws_managed = Arn::parse(arn).is_some_and(|arn| arn.resource.starts_with("alias/aws/"));
        !is_aws_managed && is_match(self.arn.as_bytes(), arn.as_bytes())
    }
}

/// Matches in linear space and without recursion: after a mismatch, the last `*` takes one more character.
fn is_match(mut pattern: &[u8], mut text: &[u8]) -> bool {
    // Since the last `*`: the pattern after it, and the text that it was last tried on.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                retry = Some((rest, text));
                pattern = rest;
            }
            (Some((wanted, rest)), Some((found, shorter))) if *wanted == b'?' || wanted == found => {
                (pattern, text) = (rest, shorter);
            }
            (None, None) => return true,
            _ => match retry {
                Some((rest, [_, shorter @ ..])) => {
                    retry = Some((rest, shorter));
                    (pattern, text) = (rest, shorter);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_keys_or_aliases_and_nothing_wider() {
        for good in [
            "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:*:123456789012:key/1234abcd*",
            "arn:aws:kms:*:123456789012:key/mrk-*",
            "arn:*:kms:*:*:alias/dms-*",
        ] {
            assert!(KeyPattern::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "*",
            "alias/dms",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:*:123456789012:key/*",
            "arn:aws:kms:*:123456789012:key/*-*-*",
            "arn:aws:kms:*:123456789012:key/1234abc*",
            "arn:aws:kms:*:123456789012:key/",
            "arn:aws:kms:*:123456789012:*",
            "arn:aws:kms:*:123456789012:alias/",
            "arn:aws:kms:*:123456789012:alias/aws/dms",
            "arn:aws:kms::123456789012:alias/a",
            "arn::kms:us-east-1:123456789012:alias/a",
            "arn:aws:iam:us-east-1:123456789012:alias/a",
            "arn:aws:kms:us-east-1:123456789012:alias/a b",
            "kms:aws:kms:us-east-1:123456789012:alias/a",
        ] {
            assert!(KeyPattern::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn wildcards_match_any_text_and_any_character() {
        let is_match = |pattern: &str, text: &str| is_match(pattern.as_bytes(), text.as_bytes());
        for (pattern, text) in
            [("", ""), ("*", ""), ("*", "abc"), ("a*c", "ac"), ("a*c", "abcbc"), ("a?c", "abc"), ("**", "a")]
        {
            assert!(is_match(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", ""),
            ("?", ""),
            ("a*c", "ab"),
            ("a?c", "ac"),
            ("abc", "abcd"),
            ("A", "a"),
            ("a*", "ba"),
        ] {
            assert!(!is_match(pattern, text), "{pattern} {text}");
        }
    }
}
