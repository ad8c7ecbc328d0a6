/* platform/linux/engine_parse: answers as Docker and Podman give them, and as nobody should. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "platform/linux/engine_parse.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define OK "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"

static const struct {
	const char *answer, *containers;     /* one a line: short id, name, image, published -> inner */
} sound[] = {
	{ OK "[]", "" },
	{ OK "[{'Id':'" ID "','Names':['/web'],'Image':'nginx:alpine','Ports':[],'x':{'y':[1]}}]",
	  "0123 web nginx:alpine\n" },
	{ OK "[{'Id':'" ID "','Names':['/web','/db/link'],'Image':'i','Ports':["
	     "{'IP':'0.0.0.0','PrivatePort':80,'PublicPort':8080,'Type':'tcp'},"
	     "{'IP':'::','PrivatePort':80,'PublicPort':8080,'Type':'tcp'},"
	     "{'PrivatePort':443,'Type':'tcp'},"
	     "{'IP':'127.0.0.1','PrivatePort':53,'PublicPort':5353,'Type':'udp'}]}]",
	  "0123 web i\n0123 web i tcp 0.0.0.0:8080 -> 80\n0123 web i tcp [::]:8080 -> 80\n"
	  "0123 web i udp 127.0.0.1:5353 -> 53\n" },
	{ OK "[{'Id':'" ID "','Names':['web'],'Image':null,'Ports':[{'IP':'','PrivatePort':1,"
	     "'PublicPort':2,'Type':'tcp'}]},{'Id':'" OTHER "'}]",
	  "0123 web -\n0123 web - tcp 0.0.0.0:2 -> 1\nfedc - -\n" },
	/* What is wrong is left out, the rest stays. */
	{ OK "[{'Id':'short','Names':['/a']},7,null,[],{},{'Id':7},{'Id':'" ID "','Names':{},'Image':[],"
	     "'Ports':{'0':1}}]",
	  "0123 - -\n" },
	{ OK "[{'Id':'" ID "','Names':[7],'Image':'i','Ports':["
	     "{'PrivatePort':0,'PublicPort':1,'Type':'tcp'},"
	     "{'PrivatePort':1,'PublicPort':65536,'Type':'tcp'},"
	     "{'PrivatePort':'80','PublicPort':80,'Type':'tcp'},"
	     "{'IP':'nowhere','PrivatePort':1,'PublicPort':1,'Type':'tcp'},"
	     "{'PrivatePort':1,'PublicPort':1,'Type':'sctp'},{'PrivatePort':1,'PublicPort':1},3]}]",
	  "0123 - i\n" },
	{ OK "[{'Id':'" ID "','Names':['/a\\u001b[31m\\u0000b'],'Image':'i'}]",
	  "0123 a\x1b[31m*b i\n" },
};

static const struct {
	const char *answer;
	int error;
} broken[] = {
	{ "", -EBADMSG },
	{ "HTTP/1.0 200 OK\r\n", -EBADMSG },
	{ "HTTP/1.0 200 OK\n\n[]", -EBADMSG },
	{ "SSH-2.0-OpenSSH\r\n\r\n", -EBADMSG },
	{ "HTTP/2 200\r\n\r\n[]", -EBADMSG },
	{ "HTTP/1.1 403 Forbidden\r\n\r\n{}", -EACCES },
	{ "HTTP/1.1 404 Not Found\r\n\r\n{'message':'page not found'}", -ENOENT },
	{ "HTTP/1.1 500 Oops\r\n\r\n[]", -EBADMSG },
	{ "HTTP/1.1 ok\r\n\r\n[]", -EBADMSG },
	{ OK "", -EBADMSG },
	{ OK "[", -EBADMSG },
	{ OK "{}", -EBADMSG },
	{ OK "[{'Id':'" ID, -EBADMSG },
	{ OK "2\r\n[]\r\n0\r\n\r\n", -EBADMSG },               /* chunks */
	{ OK "[] []", -EBADMSG },
	{ OK "[{'Id':'\xff'}]", -EBADMSG },
};

/* The tables have ' for ". */
static struct slice unquoted(struct buf *out, const char *text)
{
	buf_clear(out);
	for (; *text; text++)
		buf_add_char(out, *text == '\'' ? '"' : *text);
	return buf_slice(out);
}

static void add_text(struct buf *out, struct slice text)
{
	buf_add_char(out, ' ');
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(out, text.ptr[i] ? text.ptr[i] : '*');
	if (!text.len)
		buf_add_char(out, '-');
}

static void add_item(struct buf *out, const struct container_fact *c)
{
	buf_add(out, c->id.ptr, 4);
	add_text(out, c->name);
	add_text(out, c->image);
	if (c->published.family) {
		buf_printf(out, " %s ", protocol_name(c->published.protocol));
		endpoint_add(out, &c->published, NULL);
		buf_printf(out, " -> %u", c->inner_port);
	}
	buf_add_char(out, '\n');
}

static void sound_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sound / sizeof sound[0]; i++) {
		struct engine_list list = { 0 };
		struct buf text = { 0 }, answer = { 0 };

		assert_int_equal(engine_parse(unquoted(&answer, sound[i].answer), &list), 0);
		for (size_t k = 0; k < list.count; k++)
			add_item(&text, &list.items[k]);
		assert_string_equal(buf_string(&text), sound[i].containers);
		buf_done(&text);
		buf_done(&answer);
		engine_list_done(&list);
	}
}

static void broken_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		struct engine_list list = { 0 };
		struct buf answer = { 0 };

		if (engine_parse(unquoted(&answer, broken[i].answer), &list) != broken[i].error)
			fail_msg("%s", broken[i].answer);
		assert_int_equal(list.count, 0);
		buf_done(&answer);
		engine_list_done(&list);
	}
}

/* Whole answers in which nothing ends: texts are cut, containers and ports are counted. */
static void endless_answers(void **state)
{
	struct engine_list list = { 0 };
	struct buf text = { 0 };
	size_t containers = 0;

	(void)state;
	buf_add_string(&text, OK "[");
	for (int i = 0; i < ENGINE_CONTAINERS_MAX + 10; i++) {
		buf_printf(&text, "%s{\"Id\":\"%064x\",\"Names\":[\"/", i ? "," : "", i);
		for (int k = 0; k < 300; k++)
			buf_add_char(&text, 'n');
		buf_add_string(&text, "\"],\"Ports\":[");
		for (int k = 0; !i && k < ENGINE_PORTS_MAX + 10; k++)
			buf_printf(&text, "%s{\"PrivatePort\":1,\"PublicPort\":%d,\"Type\":\"tcp\"}",
				   k ? "," : "", k + 1);
		buf_add_string(&text, "]}");
	}
	buf_add_string(&text, "]");
	assert_int_equal(engine_parse(buf_slice(&text), &list), 0);
	for (size_t i = 0; i < list.count; i++) {
		assert_int_equal(list.items[i].name.len, ENGINE_TEXT_MAX);
		containers += !list.items[i].published.family;
	}
	assert_int_equal(containers, ENGINE_CONTAINERS_MAX);
	assert_int_equal(list.count - containers, ENGINE_PORTS_MAX);
	engine_list_done(&list);
	buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_answers),
		cmocka_unit_test(broken_answers),
		cmocka_unit_test(endless_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
