// Who may talk to the page: names, senders, cookies, and targets taken apart.
#include "node/http/gate.hpp"
#include "node/http/page_tls.hpp"
#include "node/http/target.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using node::Gate;
using node::HttpRequest;
using node::Method;

namespace {

const Gate gate{node::loopback_hosts({"127.0.0.1", 7350})};

HttpRequest asked_of(std::string host) {
    HttpRequest request;
    request.host = std::move(host);
    return request;
}

HttpRequest posted() {
    HttpRequest request = asked_of("127.0.0.1:7350");
    request.method = Method::post;
    request.content_type = "application/json";
    request.origin = "http://127.0.0.1:7350";
    request.fetch_site = "same-origin";
    return request;
}

}  // namespace

TEST_CASE("the page answers to its own three names and to no other", "[page]") {
    for (const char* host : {"127.0.0.1:7350", "localhost:7350", "[::1]:7350"}) {
        CHECK(gate.names_us(asked_of(host)));
    }
    for (const char* host : {"",
                             "127.0.0.1",
                             "localhost",
                             "127.0.0.1:7351",
                             "127.0.0.1:73500",
                             "127.0.0.1:07350",
                             "localhost.:7350",
                             "LOCALHOST:7350",
                             "evil.example:7350",
                             "localhost.evil.example:7350",
                             "user"
                             "@127.0.0.1:7350",
                             "127.0.0.1:7350"
                             "@evil.example",
                             "127.1:7350",
                             "2130706433:7350",
                             "0x7f.0.0.1:7350",
                             "0.0.0.0:7350",
                             "[::ffff:127.0.0.1]:7350",
                             "[0:0:0:0:0:0:0:1]:7350",
                             "127.0.0.1:7350 ",
                             " 127.0.0.1:7350",
                             "127.0.0.1:7350,evil.example",
                             "::1:7350"}) {
        INFO(host);
        CHECK_FALSE(gate.names_us(asked_of(host)));
    }
    // On the usual port a browser leaves it out.
    const Gate usual{node::loopback_hosts({"127.0.0.1", 80})};
    CHECK(usual.names_us(asked_of("localhost")));
    CHECK(usual.names_us(asked_of("localhost:80")));
}

TEST_CASE("a page under TLS answers to the names of its certificate and to no other", "[page]") {
    const Gate open{node::public_hosts({"hub.example", "192.0.2.7", "[2001:db8::7]"}, 8443), true};
    for (const char* host : {"hub.example:8443", "192.0.2.7:8443", "[2001:db8::7]:8443"}) {
        CHECK(open.names_us(asked_of(host)));
    }
    for (const char* host : {"",
                             "hub.example",
                             "hub.example:443",
                             "hub.example:84430",
                             "hub.example.:8443",
                             "HUB.example:8443",
                             "www.hub.example:8443",
                             "hub.example.evil.example:8443",
                             "evil.example:8443",
                             "user"
                             "@hub.example:8443",
                             "hub.example:8443"
                             "@evil.example",
                             "localhost:8443",
                             "127.0.0.1:8443",
                             "[::1]:8443",
                             "192.0.2.8:8443",
                             "192.0.2.7",
                             "[2001:db8::8]:8443",
                             "2001:db8::7:8443",
                             " hub.example:8443",
                             "hub.example:8443,evil.example"}) {
        INFO(host);
        CHECK_FALSE(open.names_us(asked_of(host)));
    }
    const Gate usual{node::public_hosts({"hub.example"}, 443), true};
    CHECK(usual.names_us(asked_of("hub.example")));
    CHECK(usual.names_us(asked_of("hub.example:443")));
    // What came in clear is not from this page, whatever else it says.
    HttpRequest sent = posted();
    sent.host = "hub.example:8443";
    sent.origin = "https://hub.example:8443";
    CHECK(open.comes_from_page(sent));
    sent.origin = "http://hub.example:8443";
    CHECK_FALSE(open.comes_from_page(sent));
}

TEST_CASE("a name for a page is one that a browser writes", "[page]") {
    CHECK(node::public_name("Hub.Example") == "hub.example");
    CHECK(node::public_name("192.0.2.7") == "192.0.2.7");
    CHECK(node::public_name("2001:DB8:0::7") == "[2001:db8::7]");
    CHECK(node::public_name("[2001:db8::7]") == "[2001:db8::7]");
    for (const char* text : {"", "*.example", "hub.example:8443", "https://hub.example", ".a", "a.",
                             "a..b", "a b", "中心.example", "a/b", "[hub]", "a@b"}) {
        INFO(text);
        CHECK(node::public_name(text).empty());
    }
}

TEST_CASE("what changes something comes from the page itself, as JSON", "[page]") {
    CHECK(gate.comes_from_page(posted()));
    HttpRequest script = posted();  // No browser: it has the session's token or gets nowhere.
    script.origin.clear();
    script.fetch_site.clear();
    CHECK(gate.comes_from_page(script));
    for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                             "multipart/form-data", "application/jsonp", "text/json"}) {
        HttpRequest form = posted();
        form.content_type = type;
        INFO(type);
        CHECK_FALSE(gate.comes_from_page(form));
    }
    for (const char* origin : {"null", "http://evil.example", "http://127.0.0.1:7351",
                               "http://localhost:7350", "http://127.0.0.1:7350.evil.example"}) {
        HttpRequest foreign = posted();
        foreign.origin = origin;
        INFO(origin);
        CHECK_FALSE(gate.comes_from_page(foreign));
    }
    for (const char* site : {"cross-site", "same-site", "none"}) {
        HttpRequest foreign = posted();
        foreign.fetch_site = site;
        INFO(site);
        CHECK_FALSE(gate.comes_from_page(foreign));
    }
}

TEST_CASE("a cookie counts once and by its whole name", "[page]") {
    CHECK(node::cookie_in("sid-ab=1; sid-cd=2", "sid-cd") == "2");
    CHECK(node::cookie_in("a=b;sid-cd=", "sid-cd") == "");
    CHECK_FALSE(node::cookie_in("xsid-cd=2; sid-cdx=3", "sid-cd"));
    CHECK_FALSE(node::cookie_in("sid-cd=1; sid-cd=2", "sid-cd"));
    CHECK_FALSE(node::cookie_in("", "sid-cd"));
}

TEST_CASE("a target is a path of sound steps and a query of sound members", "[page]") {
    const auto target = node::parse_target("/api/appeals/%E8%B7%AF?state=replied&limit=5");
    REQUIRE(target.has_value());
    CHECK(target->path == "/api/appeals/%E8%B7%AF");
    CHECK(target->steps == std::vector<std::string>{"api", "appeals", "路"});
    CHECK(target->query.at("state") == "replied");
    CHECK(target->query.at("limit") == "5");
    CHECK(node::parse_target("/")->steps.empty());
    for (const char* bad : {"",
                            "http://127.0.0.1/api",
                            "*",
                            "api",
                            "/api/../x",
                            "/api/./x",
                            "/api//x",
                            "/api/",
                            "/a%2Fb",
                            "/a%2e%2e/%2e%2e",
                            "/%zz",
                            "/%e",
                            "/%",
                            "/%00",
                            "/a\x01"
                            "b",
                            "/a#b",
                            "/%FF",
                            "/x?a=1&a=2",
                            "/x?a=%0a",
                            "/1/2/3/4/5/6/7/8/9"}) {
        INFO(bad);
        CHECK_FALSE(node::parse_target(bad).has_value());
    }
    CHECK_FALSE(node::parse_target("/" + std::string(node::Target::bytes_max, 'a')).has_value());
    std::string many = "/x?";
    for (std::size_t i = 0; i <= node::Target::members_max; ++i) {
        many += "m" + std::to_string(i) + "=1&";
    }
    CHECK_FALSE(node::parse_target(many).has_value());
}
