// init, invite, rejoin, serve: how a node begins and how it stays.
#include "node/base/files.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/local_backend.hpp"
#include "node/cli/paper.hpp"
#include "node/cli/recovery_file.hpp"
#include "node/commands/boundary.hpp"
#include "node/folder/invitation_file.hpp"
#include "node/serve/serve.hpp"
#include "schema/regions_340207.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

bool is_district(std::string_view code) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return code.size() >= 6 && code.size() <= 12 && std::ranges::all_of(code, digit);
}

std::string operator_in(const Arguments& arguments) {
    const std::string code = arguments.get("--operator");
    const bool printable_code = std::ranges::none_of(
        code, [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7F; });
    if (code.size() > schema::staff_code_bytes_max || !printable_code) {
        throw Failure{Error::bad_value, Detail::option, "--operator"};
    }
    return code;
}

std::optional<sync::BoxKey> recovery_in(const Arguments& arguments) {
    const auto file = arguments.find("--recovery-key");
    if (!file) return std::nullopt;
    return read_recovery_file(*file);
}

/// The district's regions, for the districts that we know.
void add_known_regions(Backend& backend, std::string_view district) {
    if (district != "340207") return;
    json::array rows;
    for (const schema::RegionRow& region : schema::regions_340207()) {
        json::object values{{"code", region.code},
                            {"name", region.name},
                            {"level", region.level},
                            {"parent", region.parent},
                            {"rural", region.rural}};
        rows.push_back(json::object{{"row", rows.size() + 1}, {"values", std::move(values)}});
    }
    (void)backend.call("reference.import_rows", {{"entity", "region"}, {"rows", std::move(rows)}},
                       {});
}

int init_hub(Desk& desk, const Arguments& arguments) {
    const std::string district = arguments.get("--district");
    const std::string name = arguments.get("--name");
    if (!is_district(district)) throw Failure{Error::bad_value, Detail::option, "--district"};
    if (name.empty()) throw Failure{Error::bad_value, Detail::option, "--name"};
    const auto make_profile = [&](const NodePublic& keys, Environment& environment) {
        Profile profile;
        profile.role = Profile::Role::hub;
        profile.district = district;
        profile.station_code = hub_desk_code;
        profile.name = name;
        profile.region = district;
        environment.random(profile.scope.bytes);
        environment.random(profile.district_scope.bytes);
        profile.default_actor = operator_in(arguments);
        profile.hub = {keys.node, keys.static_key, keys.sign_key, keys.box_key, name, {}};
        return profile;
    };
    const auto node = within_boundary([&] {
        auto folder = NodeFolder::create(desk.data(), desk.key_source(), desk.environment(),
                                         make_profile, recovery_in(arguments));
        const schema::NodeId id = folder->replica().profile().hub.node;
        LocalBackend backend{std::move(folder)};
        add_known_regions(backend, district);
        return id;
    });
    const json::object document{{"role", "hub"},
                                {"district", district},
                                {"station", hub_desk_code},
                                {"name", name},
                                {"node", to_text(node)}};
    std::string prose{desk.pick("区中枢已建立：", "The hub is made: ")};
    prose.append(printable(name)).append("\n");
    prose.append(
        desk.pick("下一步给站点发邀请：jiuying-hub invite --station 站码 --name 名称 "
                  "--region 区划代码 --out 文件",
                  "Next, invite a station: jiuying-hub invite --station CODE --name NAME "
                  "--region CODE --out FILE"));
    prose.append(desk.data_option()).append("\n");
    desk.answer(document, prose);
    return exit_code::ok;
}

int init_station(Desk& desk, const Arguments& arguments) {
    const InvitationFile invitation = parse_invitation(read_invitation(arguments.get("--invite")));
    const auto district = arguments.find("--district");
    if (district && *district != invitation.district) {
        throw Failure{Error::invitation_other_district};
    }
    const std::string address = arguments.get("--hub");
    if (!address.empty() && !is_address(address)) {
        throw Failure{Error::bad_address, Detail::address, address};
    }
    const auto make_profile = [&](const NodePublic&, Environment&) {
        Profile profile = profile_of(invitation);
        profile.default_actor = operator_in(arguments);
        if (!address.empty()) profile.hub.address = address;
        return profile;
    };
    const NodePublic keys = within_boundary([&] {
        NodePublic made;
        (void)NodeFolder::create(
            desk.data(), desk.key_source(), desk.environment(),
            [&](const NodePublic& own, Environment& environment) {
                made = own;
                return make_profile(own, environment);
            },
            recovery_in(arguments));
        return made;
    });
    if (invitation.station.expires_at_ms < desk.environment().now_ms()) {
        desk.tell(
            desk.pick("注意：按本机时间，这份邀请已经过期；可以照常录入，联系区中枢时再换一份。",
                      "Note: by this machine's clock the invitation has expired; record as "
                      "usual and ask the district for a new one."));
    }
    const json::object document{{"role", "station"},
                                {"district", invitation.district},
                                {"station", invitation.station.station_code},
                                {"name", invitation.station.name},
                                {"node", to_text(keys.node)}};
    std::string prose{desk.pick("站点已建立：", "The station is made: ")};
    prose.append(printable(invitation.station.name)).append(desk.pick("（", " ("));
    prose.append(invitation.station.station_code).append(desk.pick("）\n", ")\n"));
    prose.append(
        desk.pick("没有网络也可以马上录入：jiuying appeal add --type complaint --title 标题",
                  "Record at once, with or without a network: jiuying appeal add --type "
                  "complaint --title TITLE"));
    prose.append(desk.data_option()).append("\n");
    desk.answer(document, prose);
    return exit_code::ok;
}

void write_to(const std::filesystem::path& out, const std::string& text) {
    try {
        atomic_write(out, text, 0600);
    } catch (const std::filesystem::filesystem_error& error) {
        throw Failure{Error::cannot_write_file, Detail::path, out.string()}.with(
            Detail::reason, error.code().message());
    }
}

/// Before the hub remembers an invitation, it is certain that the file can be written.
void reserve(const std::filesystem::path& out) {
    std::error_code ignored;
    if (std::filesystem::exists(out, ignored)) {
        throw Failure{Error::cannot_write_file, Detail::path, out.string()};
    }
    write_to(out, "");
}

int invite(Desk& desk, const Arguments& arguments) {
    const std::filesystem::path out = arguments.get("--out");
    json::object args{{"station", arguments.get("--station")},
                      {"name", arguments.get("--name")},
                      {"region", arguments.get("--region")}};
    if (const auto hub = arguments.find("--hub")) args["hub"] = *hub;
    if (const auto days = arguments.number("--expires-days", 1)) args["expires_days"] = *days;
    reserve(out);
    json::object done;
    try {
        done = desk.call("invite", std::move(args));
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(out, ignored);
        throw;
    }
    write_to(out, json::serialize(done.at("invitation")) + "\n");
    done.erase("invitation");  // Its secret belongs into the file alone.
    done["file"] = out.string();
    std::string prose{desk.pick("邀请已写入 ", "The invitation is in ")};
    prose.append(out.string()).append(desk.pick("，有效期到 ", ", good until "));
    prose.append(short_time(text_at(done, "expires_at")))
        .append(desk.pick("，只能用一次。\n", ", for one use.\n"));
    prose.append(
        desk.pick("当面或用 U 盘交给站点，在那边运行：jiuying init --data 目录 --invite 文件 "
                  "--passphrase-file 文件\n",
                  "Hand it to the station and run there: jiuying init --data DATA "
                  "--invite FILE --passphrase-file FILE\n"));
    desk.answer(done, prose);
    return exit_code::ok;
}

int rejoin(Desk& desk, const Arguments& arguments) {
    const json::value document = read_invitation(arguments.get("--invite"));
    (void)parse_invitation(document);
    const json::object done = desk.call("rejoin", {{"invitation", document}});
    desk.answer(done, desk.pick("新的邀请已收下，原来的记录和密钥都在。下次同步时生效。\n",
                                "The new invitation is taken; records and keys stay. It is used at "
                                "the next sync.\n"));
    return exit_code::ok;
}

void check_address(const std::string& address) {
    if (!address.empty() && !is_address(address)) {
        throw Failure{Error::bad_address, Detail::address, address};
    }
}

int run_service(Desk& desk, const Arguments& arguments) {
    ServeOptions options;
    options.listen = arguments.get("--listen");
    options.hub_address = arguments.get("--hub");
    check_address(options.hub_address);
    // Port 0 lets the system choose one; then it is printed.
    if (!options.listen.ends_with(":0")) check_address(options.listen);
    options.role = desk.program() == Program::hub ? Profile::Role::hub : Profile::Role::station;
    options.verbosity = static_cast<int>(arguments.all("--verbose").size());
    options.lang = desk.lang();
    options.json = desk.wants_json();
    options.http = arguments.get("--http");
    options.page = options.http != "off";
    if (!options.page) options.http.clear();
    options.tls_certificate = arguments.get("--tls-cert");
    options.tls_key = arguments.get("--tls-key");
    options.public_names = arguments.all("--public-name");
    if (const auto seconds = arguments.number("--interval", 1)) {
        options.interval = std::chrono::seconds{*seconds};
    }
    const auto folder = desk.open_folder();
    return within_boundary([&] { return serve(*folder, options); });
}

OptionSpec recovery_option() {
    return option("--recovery-key", "FILE", "区里恢复密钥的公开一半，忘了口令时用它打开",
                  "public half of the district's recovery key, for a forgotten passphrase");
}

OptionSpec verbose_option() {
    OptionSpec spec =
        option("--verbose", "", "多说一些；可以写两次", "say more; may be given twice");
    spec.many = true;
    return spec;
}

OptionSpec page_option() {
    return option("--http", "HOST:PORT|off",
                  "页面的地址，只能是本机(127.0.0.1)；off 不开页面；不写就自动选",
                  "where the page is, on this PC only (127.0.0.1); off: no page");
}

std::vector<OptionSpec> hub_page_options() {
    OptionSpec names =
        option("--public-name", "NAME", "别的电脑打开页面用的名字(证书里的也算)；可以写几次",
               "a name by which other PCs open the page, beside those of the certificate");
    names.many = true;
    return {
        option("--http", "HOST:PORT|off", "页面的地址；不是本机(127.0.0.1)就要证书；off 不开页面",
               "where the page is; on any address but 127.0.0.1 with a certificate; off: no "
               "page"),
        option("--tls-cert", "FILE", "页面的证书(PEM)，后面可以跟签发它的",
               "the page's certificate (PEM), with those that vouch for it"),
        option("--tls-key", "FILE", "证书的私钥(PEM，不带口令)",
               "its private key (PEM, without a passphrase)"),
        names};
}

std::vector<OptionSpec> hub_serve_options() {
    std::vector<OptionSpec> options{
        required_option("--listen", "HOST:PORT", "接受站点连接的地址", "where stations connect")};
    for (OptionSpec& one : hub_page_options()) options.push_back(std::move(one));
    options.push_back(verbose_option());
    return options;
}

CommandSpecs hub_commands() {
    return {
        {"init",
         {"建立区中枢", "make the district's hub"},
         {required_option("--district", "CODE", "区划代码，如 340207",
                          "region code of the district"),
          required_option("--name", "NAME", "名称，如 鸠江区", "its name"),
          option("--operator", "CODE", "平时录入的工作人员", "who usually records here"),
          recovery_option()},
         init_hub},
        {"invite",
         {"给站点发邀请", "invite a station"},
         {required_option("--station", "CODE", "站码，2 到 12 个大写字母或数字",
                          "station code, 2 to 12 capitals or digits"),
          required_option("--name", "NAME", "站点名称", "the station's name"),
          required_option("--region", "CODE", "所在区划", "its region"),
          required_option("--out", "FILE", "邀请写到这个文件", "where the invitation is written"),
          option("--hub", "HOST:PORT", "站点连接区中枢的地址", "where the station finds the hub"),
          option("--expires-days", "N", "有效天数(默认 30)", "days until it expires (30)")},
         invite},
        {"serve", {"启动区中枢服务", "run the hub"}, hub_serve_options(), run_service},
    };
}

CommandSpecs station_commands() {
    const OptionSpec file =
        required_option("--invite", "FILE", "区中枢给的邀请文件", "the invitation from the hub");
    return {
        {"init",
         {"建立站点", "make this station"},
         {file, option("--operator", "CODE", "平时录入的工作人员", "who usually records here"),
          option("--hub", "HOST:PORT", "区中枢地址", "the hub's address"),
          option("--district", "CODE", "核对邀请是不是这个区的", "check the invitation's district"),
          recovery_option()},
         init_station},
        {"rejoin",
         {"换一份新邀请，保留记录和密钥", "take a new invitation, keeping keys and log"},
         {file},
         rejoin},
        {"serve",
         {"启动本站服务，在后台自动同步", "run this station, syncing in the background"},
         {option("--hub", "HOST:PORT", "区中枢地址；给一次以后会记住", "its address; remembered"),
          option("--interval", "SECONDS", "多久同步一次(默认 60 秒)", "seconds between syncs (60)"),
          page_option(), verbose_option()},
         run_service},
    };
}

}  // namespace

CommandSpecs founding_commands(Program program) {
    return program == Program::hub ? hub_commands() : station_commands();
}

}  // namespace jiuying::node
