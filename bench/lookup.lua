-- What wrk asks for in bench/lookups.py: the title and owner of one dataset after the other.

local datasets = 2000
local number = 0

local query = [[
PREFIX mlg: <https://w3id.org/mlg#>
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?title ?owner {
  <http://localhost:7077/id/dataset/s3:%%2F%%2Flake/t%d> dct:title ?title ; mlg:ownedBy ?owner .
}]]

local function escaped(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end))
end

function request()
  number = (number + 1) % datasets
  local path = wrk.path .. "?query=" .. escaped(query:format(number))
  return wrk.format("GET", path, { ["Accept"] = "application/sparql-results+json" })
end
