// Bundles that this node carries on for others.
#include "node/bundle/carried_store.hpp"
#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/bundle_words.hpp"
#include "node/commands/handlers.hpp"
#include "node/folder/node_folder.hpp"
#include "node/replica/bundles.hpp"
#include "node/replica/rosters.hpp"

namespace jiuying::node::commands {
namespace {

constexpr std::size_t piece_max = std::size_t{2} << 20U;

CarriedStore store_of(const CommandContext& context) {
    return CarriedStore{FolderLayout{context.data}.carried()};
}

/// A station's code where it is known, else the beginning of the node's name.
std::string whose(CommandContext& context, const schema::NodeId& node) {
    const std::string station = Bundles{context.replica}.station_of(node);
    return station.empty() ? sync::hex_encode(node.bytes).substr(0, 8) : station;
}

}  // namespace

json::object bundle_carry(CommandContext& context, const json::object& args) {
    const auto header =
        sync::parse_bundle_header(from_base64(args, "head", sync::bundle_head_size));
    if (!header) throw Failure{Error::bundle_damaged};
    const auto elsewhere = Bundles{context.replica}.misdirected(*header);
    if (elsewhere != Bundles::Refusal::other_recipient) throw_bad_argument("head");
    if (Rosters{context.replica}.is_revoked(header->sender))
        throw Failure{Error::carried_of_revoked};
    const sync::Bytes piece = from_base64(args, "bytes", piece_max);
    const auto kept =
        store_of(context).add(*header, count_in(args, "size"), count_in(args, "offset"), piece);
    if (kept == CarriedStore::Kept::full) throw Failure{Error::carried_full};
    if (kept == CarriedStore::Kept::astray) throw Failure{Error::bundle_not_for_us};
    return {{"done", kept != CarriedStore::Kept::more},
            {"known", kept == CarriedStore::Kept::known},
            {"bundle", sync::hex_encode(header->id)},
            {"part", header->part},
            {"parts", header->parts},
            {"from", whose(context, header->sender)},
            {"for", whose(context, header->recipient)}};
}

json::object bundle_carried(CommandContext& context, const json::object& args) {
    CarriedStore store = store_of(context);
    std::size_t dropped = 0;
    if (const auto id = text_in(args, "drop")) {
        dropped = *id == "all" ? store.drop_all() : store.drop(*id);
        if (dropped == 0 && *id != "all") throw Failure{Error::no_such_carried, Detail::id, *id};
    }
    json::array files;
    for (const CarriedFile& file : store.list()) {
        files.push_back(json::object{{"file", file.name},
                                     {"bundle", sync::hex_encode(file.header.id)},
                                     {"part", file.header.part},
                                     {"parts", file.header.parts},
                                     {"from", whose(context, file.header.sender)},
                                     {"for", whose(context, file.header.recipient)},
                                     {"bytes", file.size}});
    }
    return {{"carried", std::move(files)}, {"dropped", dropped}};
}

json::object bundle_carried_read(CommandContext& context, const json::object& args) {
    const std::size_t size = std::min<std::size_t>(piece_max, count_in(args, "size"));
    return {{"bytes", to_base64(store_of(context).read(require_text(args, "file"),
                                                       count_in(args, "offset"), size))}};
}

}  // namespace jiuying::node::commands
