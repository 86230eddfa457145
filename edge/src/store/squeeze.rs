//! Statements without what only people read, made while the Worker is compiled: comments and indentation were 6 KB of its
//! compressed bytes.

/// How many bytes of a statement are sent.
pub(crate) const fn squeezed_len(sql: &str) -> usize {
    write(sql.as_bytes(), &mut [])
}

/// The statement without comments, and with one blank wherever there were several. What stands in quotes is kept.
pub(crate) const fn squeezed<const LEN: usize>(sql: &str) -> [u8; LEN] {
    let mut kept = [0; LEN];
    write(sql.as_bytes(), &mut kept);
    kept
}

/// Writes what is kept as far as there is room, and says how much that is.
pub(crate) const fn write(sql: &[u8], kept: &mut [u8]) -> usize {
    let (mut from, mut to, mut is_blank) = (0, 0, false);
    // The quote that is open. A doubled one closes and opens: nothing is between, so that nothing is lost.
    let mut quote = 0;
    while from < sql.len() {
        let byte = sql[from];
        if quote == 0 && byte == b'-' && from + 1 < sql.len() && sql[from + 1] == b'-' {
            while from < sql.len() && sql[from] != b'\n' {
                from += 1;
            }
            is_blank = true;
            continue;
        }
        from += 1;
        if quote == 0 && byte.is_ascii_whitespace() {
            is_blank = true;
            continue;
        }
        if is_blank && to > 0 {
            put(kept, to, b' ');
            to += 1;
        }
        is_blank = false;
        put(kept, to, byte);
        to += 1;
        if byte == quote {
            quote = 0;
        } else if quote == 0 && matches!(byte, b'\'' | b'"' | b'`') {
            quote = byte;
        }
    }
    to
}

const fn put(kept: &mut [u8], to: usize, byte: u8) {
    if to < kept.len() {
        kept[to] = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeeze(sql: &str) -> String {
        let mut kept = vec![0; squeezed_len(sql)];
        write(sql.as_bytes(), &mut kept);
        String::from_utf8(kept).unwrap()
    }

    #[test]
    fn what_only_people_read_is_dropped() {
        for (sql, kept) in [
            ("-- Why.\nselect a,\n    b -- and why\nFROM c\n", "select a, b FROM c"),
            ("select 1--2", "select 1"),
            ("select a - b, c ->> '$.d'", "select a - b, c ->> '$.d'"),
            ("\r\n\tselect\t1 ", "select 1"),
            ("", ""),
        ] {
            assert_eq!(squeeze(sql), kept);
        }
        const SQL: &str = "select  1 -- one";
        const KEPT: [u8; squeezed_len(SQL)] = squeezed(SQL);
        assert_eq!(KEPT, *b"select 1");
    }

    #[test]
    fn what_stands_in_quotes_is_kept() {
        for sql in [
            "select 'a  -- b\n c'",
            "select 'it''s  -- so'",
            "select \"a  b\"",
            "select '\"  --', `a  b`",
            "select 'ä  é'",
        ] {
            assert_eq!(squeeze(sql), sql);
        }
    }
}
