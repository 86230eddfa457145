//! Passwords: Argon2id, by the parameters that OWASP gives for 7 MiB of memory, which is what an isolate can spare.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Memory in KiB, passes, lanes: 31 to 51 ms in workerd.
const COST: (u32, u32, u32) = (7_168, 5, 1);

/// What a password is compared with when nobody has the name: that takes as long as if somebody had.
const NOBODY: &str =
    "$argon2id$v=19$m=7168,t=5,p=1$bm9ib2R5aGFzdGhpc25hbWU$qwl+1gF8P0h5r1nKSv+D6pXf9Tl8wqzm9xg0Y4m3a7M";

fn argon2() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory, passes, lanes, None).ok()?))
}

/// A password with its salt, in PHC form.
pub(super) fn hash(password: &str, salt: &[u8; 16]) -> Option<String> {
    argon2()?.hash_password_with_salt(password.as_bytes(), salt).ok().map(|hash| hash.to_string())
}

/// Whether a password is the one that was hashed. Takes as long where there is none.
pub(super) fn is_right(password: &str, phc: Option<&str>) -> bool {
    let verified = PasswordHash::new(phc.unwrap_or(NOBODY))
        .is_ok_and(|hash| argon2().is_some_and(|argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok()));
    verified && phc.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_right_or_it_is_not() {
        let phc = hash("correct horse", &[7; 16]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=7168,t=5,p=1$"), "{phc}");
        assert!(is_right("correct horse", Some(&phc)));
        assert!(!is_right("correct horsf", Some(&phc)));
        assert!(!is_right("", Some(&phc)));
        assert!(!is_right("correct horse", None));
        assert!(!is_right("correct horse", Some("not a hash")));
        // What nobody's name is compared with is a hash of the same cost.
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
