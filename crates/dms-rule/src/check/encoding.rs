//! Decodes texts.

use std::borrow::Cow;

/// Decodes UTF-8, and UTF-16 with a byte order mark, which PowerShell writes to redirected files. `None` for anything else, and
/// for text with NULs: it is in another encoding.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(text) = utf16(bytes) {
        return Some(Cow::Owned(text));
    }
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).map(Cow::Borrowed)
}

/// Returns true for bytes with one that no text has: a control character that is no white space.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte < 0x20 && !byte.is_ascii_whitespace() && *byte != 0x0b)
}

/// Decodes UTF-16 with a byte order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (order, rest) = bytes.split_at_checked(2)?;
    let unit: fn([u8; 2]) -> u16 = match order {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, []) = rest.as_chunks::<2>() else { return None };
    let text = String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>()).ok()?;
    // The mark of UTF-32 begins as that of UTF-16 does.
    (!text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8_or_marked_utf16() {
        let utf16 = |mark: &[u8], big: bool| {
            let bytes = "a\u{e9}"
                .encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            mark.iter().copied().chain(bytes).collect::<Vec<u8>>()
        };
        for bytes in ["a\u{e9}".as_bytes().to_vec(), utf16(b"\xff\xfe", false), utf16(b"\xfe\xff", true)] {
            assert_eq!(decode(&bytes).as_deref(), Some("a\u{e9}"), "{bytes:?}");
        }
        for bytes in [&b"{\0\"\0"[..], b"\xff\xfe\0\0{\0\0\0", b"caf\xe9", b"\xff\xfea"] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
        assert!(is_binary(b"{\0") && is_binary(b"\x1f\x8b") && !is_binary(b"caf\xe9\r\n\t"));
    }
}
