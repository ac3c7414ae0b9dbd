/// The program that stays: listens, syncs in the background and answers other commands.
#pragma once

#include "node/cli/lang.hpp"
#include "node/folder/node_folder.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace jiuying::node {

struct ServeOptions {
    std::string listen;       ///< Hub: HOST:PORT for stations. Empty at a station.
    std::string hub_address;  ///< Station: HOST:PORT; empty: the one last given.
    /// HOST:PORT of the page. Empty: the usual one on loopback, or a free one where that is taken.
    std::string http;
    /// Hub: PEM files with which other PCs may open the page, and further names for it.
    std::string tls_certificate;
    std::string tls_key;
    std::vector<std::string> public_names;
    bool page = true;  ///< Whether there is a page at all.
    Profile::Role role = Profile::Role::station;
    bool json = false;  ///< A line of JSON on stdout once it serves.
    int verbosity = 0;  ///< 0: events worth a line; 1: every session; 2: every step.
    Lang lang = Lang::zh;
    std::chrono::seconds interval{60};  ///< Station: pause between exchanges when all goes well.
};

/// Runs until SIGTERM or SIGINT, then ends what is under way and returns the exit code. \p folder
/// is open and locked by the caller. Throws Failure (port_in_use, bad_address ...) before it
/// starts to serve.
///
/// Once it serves it says so, in one line that scripts may wait for: a hub `listening HOST:PORT` on
/// stderr (the actual port where 0 was asked for) and with `json` {"type":"listening","address":s}
/// on stdout; a station `serving` and {"type":"serving"}. Then `page http://...`, which is also the
/// member `page` of those documents, and while nobody has an account `setup http://...`. Other
/// lines on stderr are for people.
int serve(NodeFolder& folder, const ServeOptions& options);

}  // namespace jiuying::node
