/* platform/linux/services: /etc/services, and what else may stand there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "platform/linux/services.h"

static void which_lines_are_services(void **state)
{
	static const struct {
		const char *text, *services;
	} cases[] = {
		{ "", "" },
		{ "ssh 22/tcp\n", "ssh 22/tcp " },
		{ "ssh\t\t22/tcp\t\t\t# SSH Remote Login Protocol", "ssh 22/tcp " },
		{ "http 80/tcp www # WorldWideWeb HTTP\nhttps 443/udp", "http 80/tcp https 443/udp " },
		{ "# ssh 22/tcp\n#\n\n   \n", "" },
		{ "x 1/sctp\ny 2/ddp\nz 3/udp\n", "z 3/udp " },
		{ "high 65535/tcp\nbeyond 65536/tcp\nno port/tcp\nnone /tcp\nbare\nminus -1/tcp\n", "high 65535/tcp " },
		{ "half 1/\nslash 1\nlong 1/tcpx\nlast 7/tcp", "last 7/tcp " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice text = slice_of(cases[i].text);
		struct buf out = { 0 };
		struct service s;

		while (services_next(&text, &s)) {
			buf_add_slice(&out, s.name);
			buf_printf(&out, " %u/%s ", s.port, protocol_name(s.protocol));
		}
		assert_string_equal(buf_string(&out), cases[i].services);
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_lines_are_services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
