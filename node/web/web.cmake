# Builds the page in the build folder, so that the source tree stays as it is: a copy of node/web,
# the packages of its lockfile, Vite, and one C++ source of the compressed result.
set(web_folder ${CMAKE_CURRENT_SOURCE_DIR}/web)
set(web_build ${CMAKE_BINARY_DIR}/web)
set(web_source ${CMAKE_BINARY_DIR}/web_files.cpp)
file(GLOB_RECURSE web_inputs CONFIGURE_DEPENDS
    ${web_folder}/src/*.ts ${web_folder}/src/*.vue ${web_folder}/src/*.css ${web_folder}/public/*)
list(APPEND web_inputs ${web_folder}/index.html ${web_folder}/vite.config.ts
    ${web_folder}/tsconfig.json)

add_custom_command(
    OUTPUT ${web_build}/packages.stamp
    COMMAND ${CMAKE_COMMAND} -E make_directory ${web_build}
    COMMAND ${CMAKE_COMMAND} -E copy ${web_folder}/package.json ${web_folder}/package-lock.json
        ${web_build}
    COMMAND ${CMAKE_COMMAND} -E chdir ${web_build}
        ${JIUYING_NPM} ci --omit=dev --prefer-offline --no-audit --no-fund --silent
    COMMAND ${CMAKE_COMMAND} -E touch ${web_build}/packages.stamp
    DEPENDS ${web_folder}/package.json ${web_folder}/package-lock.json
    COMMENT "npm ci for the page (without npm: -DJIUYING_WEB=OFF)" VERBATIM)
add_custom_command(
    OUTPUT ${web_source}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${web_build}/src ${web_build}/public ${web_build}/dist
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${web_folder}/src ${web_build}/src
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${web_folder}/public ${web_build}/public
    COMMAND ${CMAKE_COMMAND} -E copy ${web_folder}/index.html ${web_folder}/vite.config.ts
        ${web_folder}/tsconfig.json ${web_build}
    COMMAND ${CMAKE_COMMAND} -E chdir ${web_build}
        ${JIUYING_NODEJS} node_modules/vite/bin/vite.js build --logLevel warn
    COMMAND ${JIUYING_NODEJS} ${web_folder}/embed.mjs ${web_build}/dist ${web_source}
    DEPENDS ${web_build}/packages.stamp ${web_inputs} ${web_folder}/embed.mjs
    COMMENT "Building the page" VERBATIM)
