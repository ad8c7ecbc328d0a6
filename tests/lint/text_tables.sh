#!/bin/sh
# src/base/text_tables.h is what the Unicode data of this machine's perl says; skipped where perl
# has another Unicode version. `tests/lint/text_tables.sh --write` makes the file anew.
set -eu
cd "$(dirname "$0")/../.."
file=src/base/text_tables.h

generate() {
	perl -MUnicode::UCD=prop_invlist -e '
		my $version = Unicode::UCD::UnicodeVersion();
		my %set;

		sub add {    # the code points of a property (or a plain range) join a set
			my ($name, @bounds) = @_;
			while (my ($first, $end) = splice @bounds, 0, 2) {
				$set{$name}[$_] = 1 for $first .. ($end // 0x110000) - 1;
			}
		}
		sub write_table {    # as ranges; code points in $ignore may belong to any table
			my ($name, $comment, $ignore) = @_;
			my (@ranges, $open);
			for my $code (0 .. 0x10ffff) {
				if ($set{$name}[$code]) {
					push @ranges, [$code, $code] unless $open;
					$open = 1;
					$ranges[-1][1] = $code;
				} elsif (!$ignore || !$set{$ignore}[$code]) {
					$open = 0;
				}
			}
			print "\n/* $comment */\nstatic const struct range ${name}\[] = {\n";
			my @cells = map { sprintf "{ 0x%x, 0x%x },", @$_ } @ranges;
			while (my @line = splice @cells, 0, 4) { print "\t@line\n" }
			print "};\n";
		}
		add("unprintable", prop_invlist("gc=$_")) for qw(Cc Cf Cs Co Cn Zl Zp);
		add("unprintable", prop_invlist("Default_Ignorable_Code_Point"));
		add("combining", prop_invlist("gc=$_")) for qw(Mn Me);
		add("combining", 0x1160, 0x1200, 0xd7b0, 0xd800);
		add("wide", prop_invlist("ea=$_")) for qw(W F);
		add("wide", 0x3248, 0x3250, 0x4dc0, 0x4e00);
		for my $name (qw(combining wide)) {
			$set{$name}[$_] = 0 for grep { $set{unprintable}[$_] } 0 .. 0x10ffff;
		}
		print "/* Made by tests/lint/text_tables.sh from Unicode $version. Included by base/text.c only:\n",
		      " * sorted ranges [first, last]. The second and third table say nothing about what is in the first. */\n",
		      "#ifndef BASE_TEXT_TABLES_H\n#define BASE_TEXT_TABLES_H\n\n#include <stdint.h>\n\n",
		      "struct range {\n\tuint32_t first, last;\n};\n";
		write_table("unprintable", "Cc Cf Cs Co Cn Zl Zp, and Default_Ignorable_Code_Point (invisible)");
		write_table("combining", "Mn Me, and the Hangul vowels and finals that join the syllable before", "unprintable");
		write_table("wide", "East_Asian_Width W and F; circled numbers and hexagrams, wide in glibc and from Unicode 16", "unprintable");
		print "\n#endif\n"'
}

if ! version=$(perl -MUnicode::UCD -e 'print Unicode::UCD::UnicodeVersion()' 2>/dev/null); then
	echo "skipped: no perl with Unicode::UCD"
	exit 77
fi
if [ "${1:-}" = --write ]; then
	generate > "$file.new"
	mv "$file.new" "$file"
elif grep -q "from Unicode $version\." "$file"; then
	generate | diff -u "$file" - && echo "$file is Unicode $version"
else
	echo "skipped: perl has Unicode $version"
	exit 77
fi
