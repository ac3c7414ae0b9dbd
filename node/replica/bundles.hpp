/// What a replica has to do with bundles: it says what goes into one, and takes what is in one.
///
/// Reading and writing the file is somebody else's (node/cli), piece by piece: nothing is kept here
/// between the calls, and each call verifies what it is given anew. So a stick may be pulled out,
/// or a program killed, at any moment. Segments, keys and receipts go the way that a session's go.
/// A class of its own with access to the replica; not thread-safe; throws as Replica does.
#pragma once

#include "node/replica/replica.hpp"
#include "sync/bundle/bundle.hpp"

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace jiuying::node {

class Bundles {
public:
    /// Hub: \p take_retired, by a person's word, takes what a retired machine still had to say.
    explicit Bundles(Replica& replica, bool take_retired = false)
        : replica_(replica), take_retired_(take_retired) {}

    // --- Making one ------------------------------------------------------------------------
    /// What a bundle for one peer says and holds.
    struct Outline {
        Replica::Peer peer;
        std::string station;  ///< Whose peer it is, or who speaks, at a station.
        sync::Hello hello;    ///< Without a MAC yet, where there is an enrolment.
        sync::Bytes receipt;
        sync::BundleId previous{};
        /// Where each lane begins; nothing for a lane that is not sent.
        std::array<std::optional<sync::LaneHead>, 3> begins;
    };
    /// Seals what was recorded and says where the lanes to each peer begin: behind the last receipt
    /// at a station, behind what the station last said it holds at the hub; with \p all at their
    /// beginning. At the hub for every machine of \p station that joined and may.
    [[nodiscard]] std::vector<Outline> outlines(const std::string& station, bool all);
    /// The active peer of that node, or the hub.
    [[nodiscard]] std::optional<Replica::Peer> peer_of(const schema::NodeId& node);
    /// Head and manifest of one file. Fills in who sends to whom. Errc::not_found without keys of
    /// the peer, and as seal_bundle_start. \p bundle_key is given back.
    [[nodiscard]] Result<sync::BundleStart> seal(const Replica::Peer& peer,
                                                 sync::BundleHeader header,
                                                 sync::BundleManifest manifest,
                                                 sync::Key32& bundle_key);
    /// The bundle is on the stick.
    void made(const Replica::Peer& peer, const sync::BundleId& id);

    // --- Taking one ------------------------------------------------------------------------
    /// Why a bundle is not for this node to read.
    enum class Refusal : std::uint8_t {
        other_district,
        other_recipient,
        own,             ///< Made here.
        damaged,         ///< The head or the manifest; the other copy may be good.
        not_authentic,   ///< Not by whom it says.
        unknown_sender,  ///< No such invitation.
        used_invitation,
        expired_invitation,
        retired,
        two_hubs,  ///< It was made from what another hub with our keys says.
    };
    /// A bundle whose signature verified and whose sender is known.
    struct Opened {
        sync::OpenedHead head;
        sync::BundleManifest manifest;
        Replica::Peer peer;
        bool revoked = false;  ///< Its words beyond the cut are put aside, all else is not heard.
    };
    /// Who the header says it is for, before anything is decrypted.
    [[nodiscard]] std::optional<Refusal> misdirected(const sync::BundleHeader& header) const;
    /// Verifies. At the hub it admits a newcomer, durably, and no other effect is there.
    [[nodiscard]] std::variant<Opened, Refusal> open(sync::View head, sync::View manifest);
    /// Takes what stands beside the segments: keys, receipt, where the sender stands.
    std::optional<Refusal> greet(const Opened& bundle);

    enum class Taken : std::uint8_t {
        imported,
        known,
        waiting,
        put_aside,  ///< For a person: late_segments.hpp.
        damaged,
        refused,
        too_much
    };
    struct Answer {
        Taken taken{};
        sync::CloseReason reason{};  ///< Of a refusal.
    };
    /// One item as it stands in the file.
    [[nodiscard]] Answer take(const Opened& bundle, std::uint32_t index, sync::View sealed);

    /// Transactions that are not here though they were named.
    struct Missing {
        sync::LogId log;
        std::string station;
        std::uint64_t first = 0;
        std::uint64_t last = 0;
    };
    /// All parts that there are were taken. What is missing of what the bundle names, and of the
    /// logs up to where the sender said they go.
    std::vector<Missing> conclude(const Opened& bundle);

    // --- How things stand ------------------------------------------------------------------
    struct Facts {
        std::int64_t taken_at = 0;  ///< 0: never.
        std::int64_t made_at = 0;
        std::vector<Missing> missing;
    };
    [[nodiscard]] Facts facts(const schema::NodeId& peer, const std::string& station);
    /// What is still missing of what was.
    [[nodiscard]] std::vector<Missing> still(const std::vector<Missing>& missing);
    /// Of a node that joined, or of the hub; empty if it is not known.
    [[nodiscard]] std::string station_of(const schema::NodeId& node);

private:
    [[nodiscard]] Outline outline(const Replica::Peer& peer, const std::string& station, bool all);
    [[nodiscard]] std::variant<Replica::Peer, Refusal> sender(const sync::OpenedHead& head,
                                                              const sync::OpenedManifest& manifest);
    [[nodiscard]] std::variant<Replica::Peer, Refusal> admit(const sync::OpenedHead& head,
                                                             const sync::OpenedManifest& manifest);
    void end_at_station(const Opened& bundle, bool whole);

    /// Hub: a segment of a machine that was revoked; nothing if it was written in time.
    [[nodiscard]] std::optional<Answer> put_aside(const Opened& bundle, sync::View segment,
                                                  const sync::SegmentHeader& header);

    Replica& replica_;
    bool take_retired_;
};

}  // namespace jiuying::node
