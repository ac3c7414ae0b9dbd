// jiuying-hub: the district hub's program.
#include "node/cli/run.hpp"

int main(int argc, char** argv) {
    return jiuying::node::run_program(jiuying::node::Program::hub, argc, argv);
}
