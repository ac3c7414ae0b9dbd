/// The hub's program, serving while a measure needs it.
#pragma once

#include "tests/bench/child.hpp"
#include "tests/bench/measures.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/town.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace jiuying::bench {

inline constexpr double patience = 120;  ///< Seconds that nothing here ever takes.

/// `jiuying-hub serve` on a free port.
class HubProgram {
public:
    HubProgram(const Setting& setting, const Town::Place& hub)
        : child_(
              setting.programs / "jiuying-hub",
              {"serve", "--data", hub.data, "--key-file", hub.key_file, "--listen", "127.0.0.1:0"},
              hub.data.string() + "-serve") {
        constexpr std::string_view mark = "listening ";
        const Stopwatch watch;
        for (;;) {
            const std::string said = child_.standard_error();
            const std::size_t at = said.find(mark);
            const std::size_t end = said.find('\n', at);
            if (at != std::string::npos && end != std::string::npos) {
                address_ = said.substr(at + mark.size(), end - at - mark.size());
                return;
            }
            if (child_.poll() || watch.seconds() > patience) {
                throw std::runtime_error("the hub does not serve: " + said);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
    }
    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] Child& child() { return child_; }

private:
    Child child_;
    std::string address_;
};

}  // namespace jiuying::bench
