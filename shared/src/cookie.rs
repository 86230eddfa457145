//! The attribution cookie: who the visitor is and which touches brought him.

use crate::id::VisitorId;
use crate::signing::{KeyRing, Purpose};
use crate::time::{DAY_SECONDS, Timestamp};
use crate::touch::{TOUCH_BYTES, Touch};

/// The cookie's name. `__Secure-`: browsers take it from a secure origin only.
pub const NAME: &str = "__Secure-trb";

/// The cookie by which a visitor says that he consents, in merchants' `required` mode.
pub const CONSENT_NAME: &str = "__Secure-trb-consent";

/// The longest life: browsers cut it to 400 days (RFC 6265bis, section 5.5).
pub const MAX_AGE_DAYS_MAX: u32 = 400;

/// Touches kept: the first and the latest seven. 34 bytes each, so that the whole stays near 400 of 4,096 bytes.
pub const TOUCHES_MAX: usize = 8;

/// Touches of a short journey: 16 bytes of the visitor, 34 of each, 18 of version, key and tag are 136, which is 182 in
/// base64.
const TOUCHES_SHORT: usize = 3;

const VERSION: u8 = 1;
const VISITOR_BYTES: usize = 16;

/// What the cookie holds: a visitor and his first and latest touches, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// The visitor.
    pub visitor: VisitorId,
    touches: Vec<Touch>,
}

impl Journey {
    /// A new visitor without touches.
    #[must_use]
    pub const fn new(visitor: VisitorId) -> Self {
        Self { visitor, touches: Vec::new() }
    }

    /// The touches, oldest first.
    #[must_use]
    pub fn touches(&self) -> &[Touch] {
        &self.touches
    }

    /// Adds a touch: forgets those older than any window (400 days), then the middle ones beyond [`TOUCHES_MAX`].
    pub fn add(&mut self, touch: Touch) {
        let oldest = touch.at.plus_seconds(-i64::from(MAX_AGE_DAYS_MAX) * DAY_SECONDS);
        self.touches.retain(|kept| kept.at >= oldest && kept.id != touch.id);
        self.touches.push(touch);
        if self.touches.len() > TOUCHES_MAX {
            self.touches.remove(1);
        }
    }

    /// The journey with its first touch and the latest ones, if it is sealed to more than 200 characters.
    #[must_use]
    pub fn shortened(&self) -> Option<Self> {
        let latest = self.touches.len().checked_sub(TOUCHES_SHORT - 1).filter(|latest| *latest > 1)?;
        let first = self.touches.first().copied();
        Some(Self {
            visitor: self.visitor,
            touches: first.into_iter().chain(self.touches[latest..].iter().copied()).collect(),
        })
    }

    /// The value of the cookie.
    #[must_use]
    pub fn seal(&self, keys: &KeyRing) -> String {
        let mut payload = Vec::with_capacity(VISITOR_BYTES + self.touches.len() * TOUCH_BYTES);
        payload.extend(self.visitor.0.as_bytes());
        for touch in &self.touches {
            touch.write(&mut payload);
        }
        keys.seal(Purpose::Cookie, VERSION, &payload)
    }

    /// Reads a cookie's value; `None` if it was not made by one of the keys.
    #[must_use]
    pub fn open(value: &str, keys: &KeyRing) -> Option<Self> {
        let payload = keys.open(Purpose::Cookie, VERSION, value)?;
        let (visitor, touches) = payload.split_at_checked(VISITOR_BYTES)?;
        let visitor = VisitorId(uuid::Uuid::from_slice(visitor).ok()?);
        let touches: Option<Vec<Touch>> = touches.chunks(TOUCH_BYTES).map(Touch::read).collect();
        Some(Self { visitor, touches: touches? })
    }
}

/// The `Set-Cookie` header for a journey.
#[must_use]
pub fn set_cookie(value: &str, domain: Option<&str>, max_age_days: u32) -> String {
    let max_age = i64::from(max_age_days.min(MAX_AGE_DAYS_MAX)) * DAY_SECONDS;
    header(NAME, value, domain, max_age)
}

/// The `Set-Cookie` header that remembers consent for a year, or forgets it.
#[must_use]
pub fn set_consent(given: bool, domain: Option<&str>) -> String {
    header(CONSENT_NAME, "1", domain, if given { 365 * DAY_SECONDS } else { 0 })
}

/// The `Set-Cookie` header that forgets the journey.
#[must_use]
pub fn forget(domain: Option<&str>) -> String {
    header(NAME, "", domain, 0)
}

fn header(name: &str, value: &str, domain: Option<&str>, max_age_seconds: i64) -> String {
    let domain = domain.map_or(String::new(), |domain| format!("; Domain={domain}"));
    format!("{name}={value}{domain}; Path=/; Max-Age={max_age_seconds}; Secure; HttpOnly; SameSite=Lax")
}

/// The value of the cookie `name` in a `Cookie` header.
#[must_use]
pub fn find<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|pair| pair.trim_start().strip_prefix(name)?.strip_prefix('=')).map(str::trim)
}

/// Whether a touch at `touched` still counts at `now` under a window of so many days.
///
/// Day 365 counts, the second after does not; a touch after `now` never counts.
#[must_use]
pub fn is_inside(window_days: u32, touched: Timestamp, now: Timestamp) -> bool {
    (0..=i64::from(window_days) * DAY_SECONDS).contains(&now.seconds_since(touched))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::{LinkId, PartnerId, TouchId};
    use crate::touch::TouchKind;

    fn keys() -> KeyRing {
        KeyRing::parse("1:AAAAAAAAAAAAAAAAAAAAAA==").unwrap()
    }

    fn touch(number: u8) -> Touch {
        Touch {
            id: TouchId(uuid::Uuid::from_u128(u128::from(number))),
            kind: TouchKind::Click,
            partner: PartnerId(i64::from(number)),
            link: Some(LinkId(1)),
            at: Timestamp::from_unix_seconds(1_785_542_400 + i64::from(number)),
        }
    }

    fn journey(touches: u8) -> Journey {
        let mut journey = Journey::new(VisitorId(uuid::Uuid::from_u128(7)));
        (1..=touches).for_each(|number| journey.add(touch(number)));
        journey
    }

    #[test]
    fn the_wire_form_is_this() {
        let sealed = journey(1).seal(&keys());
        assert_eq!(
            sealed,
            "AQEAAAAAAAAAAAAAAAAAAAAHAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAEAAAAAAAEAam03AYhTCuPKh1x0XOsuEM3U2jE"
        );
        assert_eq!(Journey::open(&sealed, &keys()), Some(journey(1)));
    }

    #[test]
    fn the_first_and_the_latest_touches_are_kept() {
        let kept: Vec<i64> = journey(20).touches().iter().map(|touch| touch.partner.0).collect();
        assert_eq!(kept, [1, 14, 15, 16, 17, 18, 19, 20]);
        let set_cookie = set_cookie(&journey(20).seal(&keys()), Some("merchant.example"), 365);
        assert!(set_cookie.len() < 4096, "{}", set_cookie.len());
    }

    #[test]
    fn a_journey_of_more_than_200_characters_has_a_short_form_that_is_not() {
        for touches in 0..=8 {
            let long = journey(touches);
            let short = long.shortened();
            assert_eq!(short.is_some(), long.seal(&keys()).len() > 200, "{touches} touches");
            let Some(short) = short else { continue };
            assert!(short.seal(&keys()).len() <= 200, "{touches} touches");
            let kept: Vec<i64> = short.touches().iter().map(|touch| touch.partner.0).collect();
            assert_eq!(kept, [1, i64::from(touches) - 1, i64::from(touches)]);
        }
    }

    #[test]
    fn the_header_says_what_browsers_ask_for() {
        assert_eq!(
            set_cookie("v", Some("merchant.example"), 1000),
            "__Secure-trb=v; Domain=merchant.example; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let header = "a=1; __Secure-trb-consent=1; __Secure-trb=xyz";
        assert_eq!(find(header, NAME), Some("xyz"));
        assert_eq!(find(header, CONSENT_NAME), Some("1"));
        assert_eq!(find("x__Secure-trb=1", NAME), None);
    }

    #[test]
    fn the_last_second_of_the_window_counts_and_the_next_does_not() {
        let touched = Timestamp::from_unix_seconds(1_000_000);
        let last = touched.plus_days(365);
        assert!(is_inside(365, touched, last));
        assert!(!is_inside(365, touched, last.plus_seconds(1)));
        assert!(!is_inside(365, touched, touched.plus_seconds(-1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn a_flipped_bit_is_never_accepted(touches in 0_u8..9, position in 0_usize..4096, bit in 0_u8..7) {
            let mut sealed = journey(touches).seal(&keys()).into_bytes();
            let position = position % sealed.len();
            sealed[position] ^= 1 << bit;
            prop_assert_eq!(Journey::open(&String::from_utf8(sealed).unwrap(), &keys()), None);
        }
    }
}
