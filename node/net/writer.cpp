#include "node/net/writer.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <thread>
#include <utility>

namespace jiuying::node {

asio::awaitable<void> StorageHere::run(std::function<void()> task) {
    task();
    co_return;
}

struct Writer::Thread {
    asio::io_context queue{1};
    asio::executor_work_guard<asio::io_context::executor_type> open{queue.get_executor()};
    std::thread thread{[this] { queue.run(); }};
};

Writer::Writer() : thread_(std::make_unique<Thread>()) {}

Writer::~Writer() {
    thread_->open.reset();
    thread_->thread.join();
}

asio::awaitable<void> Writer::run(std::function<void()> task) {
    ++waiting_;
    auto start = [this, work = std::move(task)](auto handler) mutable {
        // The waiter's context must not run out of work while only this thread works for it.
        auto back = asio::prefer(asio::get_associated_executor(handler),
                                 asio::execution::outstanding_work.tracked);
        auto job = [this, work = std::move(work), handler = std::move(handler),
                    back = std::move(back)]() mutable {
            std::exception_ptr thrown;
            try {
                work();
            } catch (...) {
                thrown = std::current_exception();
            }
            work = nullptr;
            ++done_;
            --waiting_;
            asio::post(back, [handler = std::move(handler), thrown]() mutable {
                std::move(handler)(thrown);
            });
        };
        asio::post(thread_->queue, std::move(job));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
        std::move(start), asio::use_awaitable);
}

}  // namespace jiuying::node
