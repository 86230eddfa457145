//! What a click came from, as far as a user agent says it.

/// A class of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Device {
    /// A computer, and whatever says no other.
    Desktop,
    /// A phone.
    Phone,
    /// A tablet. An iPad that asks for pages as a computer gets them says that it is one.
    Tablet,
}

impl Device {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
            Self::Tablet => "tablet",
        }
    }

    /// What a browser says of itself; bots are told apart before ([`crate::bot`]). Nothing, if it says nothing, or is a TV's.
    ///
    /// On every redirect's way: one pass from word to word, and nothing is allocated.
    #[must_use]
    pub fn of(user_agent: &str) -> Option<Self> {
        let agent = user_agent.as_bytes();
        let (mut is_android, mut is_mobile, mut before) = (false, false, b' ');
        for (place, &byte) in agent.iter().enumerate() {
            let begins = byte.is_ascii_uppercase() && !before.is_ascii_alphanumeric();
            before = byte;
            if !begins {
                continue;
            }
            let rest = &agent[place..];
            match byte {
                b'A' => is_android |= rest.starts_with(b"Android"),
                // `Mobile`, and Opera's `Mobi`.
                b'M' => is_mobile |= rest.starts_with(b"Mobi"),
                b'B' | b'O' | b'W' => {
                    is_mobile |=
                        [&b"BlackBerry"[..], b"Opera Mini", b"Windows Phone"].iter().any(|w| rest.starts_with(w));
                }
                b'T' if rest.starts_with(b"Tablet PC") => {}
                b'T' | b'K' | b'P' if starts_with_one(rest, &[b"Tablet", b"Kindle", b"PlayBook"]) => {
                    return Some(Self::Tablet);
                }
                b'S' | b'T' | b'G' if starts_with_one(rest, &[b"SmartTV", b"SMART-TV", b"TV", b"GoogleTV"]) => {
                    return None;
                }
                _ => {}
            }
        }
        // Apple's names begin in small letters, and stand at the head: `(iPhone; …`.
        if let Some(head) = user_agent.split_once('(').map(|(_, rest)| rest.as_bytes()) {
            if head.starts_with(b"iPad") {
                return Some(Self::Tablet);
            }
            is_mobile |= starts_with_one(head, &[b"iPhone", b"iPod"]);
        }
        match (is_mobile, is_android) {
            (true, _) => Some(Self::Phone),
            // Android's own rule: what is no phone does not say `Mobile`.
            (false, true) => Some(Self::Tablet),
            (false, false) => (!agent.is_empty()).then_some(Self::Desktop),
        }
    }
}

fn starts_with_one(text: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::Device;

    #[test]
    fn a_device_is_what_its_browser_says() {
        let desktop = Some(Device::Desktop);
        let phone = Some(Device::Phone);
        let tablet = Some(Device::Tablet);
        for (agent, device) in [
            ("", None),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                desktop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                desktop,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", desktop),
            ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Tablet PC 2.0)", desktop),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                phone,
            ),
            ("Mozilla/5.0 (iPod touch; CPU iPhone OS 12_0 like Mac OS X) AppleWebKit/604.1", phone),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                phone,
            ),
            ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", phone),
            ("Opera/9.80 (J2ME/MIDP; Opera Mini/9.80; U; en) Presto/2.5.25 Version/10.54", phone),
            ("Opera/9.80 (Android 2.3.3; Linux; Opera Mobi/ADR-1111101157; U) Presto/2.9.201", phone),
            (
                "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia) AppleWebKit/537.36 Edge/15.15254",
                phone,
            ),
            ("Mozilla/5.0 (BlackBerry; U; BlackBerry 9900; en) AppleWebKit/534.11+", phone),
            (
                "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
                tablet,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                tablet,
            ),
            ("Mozilla/5.0 (Android 15; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0", tablet),
            ("Mozilla/5.0 (Linux; U; en-US) AppleWebKit/528.5+ (KHTML, like Gecko) Version/4.0 Kindle/3.0", tablet),
            (
                "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.5) AppleWebKit/537.36 (KHTML, like Gecko) Version/6.5 TV Safari/537.36",
                None,
            ),
            // Words within words, and letters of more than a byte.
            ("Mozilla/5.0 (X11; xAndroid xMobile) Ünlü/1.0", desktop),
        ] {
            assert_eq!(Device::of(agent), device, "{agent}");
        }
    }
}
