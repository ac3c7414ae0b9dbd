// Asio's own code, compiled once instead of in every file that includes Asio (its header-only form
// costs most of a minute per file under the sanitizers). BOOST_ASIO_SEPARATE_COMPILATION is set
// for the whole library in node/CMakeLists.txt.
#ifdef BOOST_ASIO_SEPARATE_COMPILATION
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#endif
