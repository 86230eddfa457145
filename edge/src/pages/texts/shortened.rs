//! Files of texts without what only people read, made while the Worker is compiled: comments, empty lines, and in all languages
//! but the first the keys, which stand in the same order. They were 4 KB of its compressed bytes.

const ENGLISH_FILE: &str = include_str!("../../../locales/en.ftl");
const RUSSIAN_FILE: &str = include_str!("../../../locales/ru.ftl");

static ENGLISH: [u8; write(ENGLISH_FILE.as_bytes(), true, &mut [])] = shortened(ENGLISH_FILE, true);
static RUSSIAN: [u8; write(RUSSIAN_FILE.as_bytes(), false, &mut [])] = shortened(RUSSIAN_FILE, false);

/// The English file.
pub(super) fn english() -> String {
    String::from_utf8_lossy(&ENGLISH).into_owned()
}

/// The Russian file, with its keys.
pub(super) fn russian() -> String {
    with_keys(&String::from_utf8_lossy(&RUSSIAN), &english())
}

/// Gives texts the keys of a file that says the same things in the same order.
fn with_keys(texts: &str, keyed: &str) -> String {
    let mut keys = keyed.lines().filter(|line| begins(line.as_bytes())).filter_map(|line| line.split_once('='));
    let mut whole = String::with_capacity(texts.len() + keyed.len() / 2);
    for line in texts.lines() {
        if line.starts_with('=') {
            whole.push_str(keys.next().map_or("", |(key, _)| key));
        }
        whole.push_str(line);
        whole.push('\n');
    }
    whole
}

/// Whether a text begins in a line.
const fn begins(line: &[u8]) -> bool {
    !line.is_empty() && line[0].is_ascii_lowercase()
}

const fn shortened<const LEN: usize>(file: &str, keeps_keys: bool) -> [u8; LEN] {
    let mut kept = [0; LEN];
    write(file.as_bytes(), keeps_keys, &mut kept);
    kept
}

/// Writes what is kept as far as there is room, and says how much that is.
const fn write(file: &[u8], keeps_keys: bool, kept: &mut [u8]) -> usize {
    let (mut from, mut to) = (0, 0);
    while from < file.len() {
        let is_left_out = matches!(file[from], b'#' | b'\n');
        if file[from].is_ascii_lowercase() && !keeps_keys {
            while file[from] != b'=' {
                from += 1;
            }
        }
        loop {
            let byte = file[from];
            from += 1;
            if !is_left_out {
                if to < kept.len() {
                    kept[to] = byte;
                }
                to += 1;
            }
            if byte == b'\n' || from == file.len() {
                break;
            }
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file as it is read, without what is left out.
    fn plain(file: &str) -> String {
        let kept = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        kept.fold(String::new(), |whole, line| whole + line + "\n")
    }

    #[test]
    fn nothing_is_lost_but_comments_and_empty_lines() {
        assert_eq!(english(), plain(ENGLISH_FILE));
        assert_eq!(russian(), plain(RUSSIAN_FILE), "are the keys in the same order in both files?");
        assert!(RUSSIAN.len() + 10_000 < RUSSIAN_FILE.len());
    }

    #[test]
    fn texts_of_several_lines_keep_them() {
        let texts = "= А\n    Б\n}\n= В = Г\n";
        assert_eq!(with_keys(texts, "a = A\n    B\n}\nb-c = C\n"), "a = А\n    Б\n}\nb-c = В = Г\n");
    }
}
