-- Table land: every contractor household, with what was found on its fields this year.

SELECT
    contract.household_id AS land_household_id,
    contract.division,
    contract.person_id AS payee_person_id,

    contract.contract_area_milli_mu AS land__contract_area_milli_mu,
    found.abandoned_area_milli_mu AS land__abandoned_area_milli_mu,
    -- The land register before what the village noted.
    coalesce(occupied.occupied_milli_mu, found.converted_area_milli_mu)
        AS land__converted_area_milli_mu,
    found.eligible_area_milli_mu AS land__eligible_area_milli_mu,
    found.rice_area_milli_mu AS land__rice_area_milli_mu,
    found.wheat_area_milli_mu AS land__wheat_area_milli_mu,
    found.rape_area_milli_mu AS land__rape_area_milli_mu,
    found.grain_area_milli_mu AS land__grain_area_milli_mu,
    CASE WHEN found.declared_area_milli_mu > 0 THEN
        abs(found.declared_area_milli_mu - found.remote_area_milli_mu) * 10000
        // found.declared_area_milli_mu
    END AS land__remote_sense_diff_bp,
    told('SC_CO', business.person_id, business.entity) AS land__is_entity
FROM ny_land AS contract
-- What was found in another year says nothing about this one: unknown until it is delivered.
LEFT JOIN ny_plant AS found
    ON found.household_id = contract.household_id AND found.year = year(first_day())
LEFT JOIN occupied_land AS occupied USING (contractor_no)
LEFT JOIN business ON business.person_id = contract.person_id
