-- question: Where does each province stand on a map of equal tiles?
-- params: none
-- grain: one row per province that has a place on the map
-- columns:
--   province     VARCHAR  ISO 3166-2 code
--   short        VARCHAR  letters on the tile
--   tile_column  BIGINT   place from the west, from 0
--   tile_row     BIGINT   place from the north, from 0
--   region       VARCHAR  group of islands in Indonesian
--   region_en    VARCHAR  group of islands in English
-- order: tile_row, tile_column, province
select
    province,
    short,
    tile_column,
    tile_row,
    region,
    region_en,
from provinces
where tile_column is not null
    and tile_row is not null
order by tile_row, tile_column, province
