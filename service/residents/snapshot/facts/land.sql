-- Table land: every contractor household, with what was found on its fields this year.

SELECT
    contract.household_id AS land_household_id,
    contract.division,
    contract.person_id AS payee_person_id,

    contract.contract_area_milli_mu AS land__contract_area_milli_mu,
    found.abandoned_area_milli_mu AS land__abandoned_area_milli_mu,
    found.converted_area_milli_mu AS land__converted_area_milli_mu,
    found.eligible_area_milli_mu AS land__eligible_area_milli_mu
FROM ny_land AS contract
-- What was found in another year says nothing about this one: unknown until it is delivered.
LEFT JOIN ny_plant AS found
    ON found.household_id = contract.household_id AND found.year = year(first_day())
