/** A module that makes the process which imports it believe that it is an older Node. */
export const OLD_NODE =
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.21.1'}})";
