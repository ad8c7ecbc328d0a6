/* The only way by which text that a process controls reaches a terminal, a table or a log.
 *
 * "Safe" text is NUL-terminated UTF-8 without anything that a terminal could act on or that
 * the eye could be deceived by. The sanitiser writes as visible ASCII, `\xHH` for a byte and
 * `\u{...}` for a code point:
 *   \xHH     C0, DEL (also NUL), and every byte that is not part of strict UTF-8 (no overlong
 *            forms, surrogates, or anything above 10FFFF)
 *   \u{...}  C1, every Cf (bidi controls, zero-width, BOM, tags), what is invisible by definition
 *            (fillers, variation selectors), Zl/Zp, noncharacters, private use, unassigned ones;
 *            a third and later combining mark on one base, and a combining mark without a base
 * A literal backslash stays as it is: the escaped form is for people, not for parsing back.
 * Widths come from one table (East Asian wide, with them most emoji: 2, combining: 0, else 1), so
 * every output agrees. Pure; no locale. Source: Unicode 14 (UAX #11, UAX #44), as Debian 12 has it.
 *
 * Functions that take safe text never read past it, whatever it holds; in text that is not safe
 * each invalid or control byte counts as one column. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

/* Decodes one code point strictly. Returns its length in bytes, or 0 for an invalid
 * sequence or an empty slice (*code untouched). */
size_t text_decode(struct slice bytes, uint32_t *code);
bool text_is_utf8(struct slice bytes);

/* True when the safe form of `raw` is `raw` itself. */
bool text_is_safe(struct slice raw);
void text_escape(struct buf *out, struct slice raw);          /* appends the safe form */
/* The safe form, NUL-terminated, in the arena. Already safe bytes are copied as they are. */
const char *text_sanitize(struct arena *arena, struct slice raw);
/* Safe text with everything beyond ASCII written as \u{...}: for terminals without UTF-8. */
void text_to_ascii(struct buf *out, const char *safe);

/* Columns that safe text takes on a terminal. */
unsigned text_width(const char *safe);
/* How many bytes of `safe` fit in `columns` (whole characters with their combining marks);
 * *used gets the columns that they take. used may be NULL. */
size_t text_fit(const char *safe, unsigned columns, unsigned *used);
/* How many bytes of `safe` stand on its first line of `columns`: up to the last blank that fits, else as many
 * characters as fit; at least one character. */
size_t text_wrap(const char *safe, unsigned columns);
/* Appends `safe`, cut to `columns` with a final ellipsis, U+2026 (or "~" when ascii), where it is too long. */
void text_truncate(struct buf *out, const char *safe, unsigned columns, bool ascii);
/* The same, then spaces up to exactly `columns`; right-aligned when `right`. */
void text_pad(struct buf *out, const char *safe, unsigned columns, bool right, bool ascii);

#endif
